// What is known of a request before its upstream is asked → its opening.
import type { Opening } from '@weir/ledger/opening';
import type { UnitPrices } from '@weir/ledger/unit-prices';
import { fingerprintOf } from '../../admission/presented.ts';
import type { Upstream } from '../../upstream/upstream.ts';
import type { AcceptedRequest } from './accepted-request.ts';

interface OpeningOptions {
  readonly gateway: string;
  readonly upstream: Pick<Upstream, 'name' | 'pricedAs'>;
  readonly priceOverride: UnitPrices | null;
}

export function openingOf(asked: AcceptedRequest, { gateway, upstream, priceOverride }: OpeningOptions): Opening {
  const { ask, requestOptions, ...call } = asked;
  return {
    version: 2,
    id: call.id,
    startedAt: call.startedAt.toISOString(),
    gateway,
    endpoint: call.endpoint,
    dialect: call.dialect.name,
    streamed: ask.streamed,
    upstream: upstream.name,
    modelRequested: ask.model,
    callerRequestId: call.callerRequestId,
    pricedAs: upstream.pricedAs,
    priceOverride,
    billed: ask.replay !== true,
    key: fingerprintOf(call.presented),
    user: requestOptions.user,
    chatId: requestOptions.chatId,
    messageId: requestOptions.messageId,
    tags: ask.replay ? { ...tagsOf(asked), replay: 'true' } : tagsOf(asked),
  };
}

/** The caller's, and those that say what kind of request it is. */
export const tagsOf = ({ ask, requestOptions }: AcceptedRequest): Opening['tags'] =>
  ask.tags === undefined ? requestOptions.tags : { ...requestOptions.tags, ...ask.tags };
