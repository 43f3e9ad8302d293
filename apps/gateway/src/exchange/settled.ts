// An exchange that is over → the completion that the ledger will keep of it.
import type { Completion } from '@weir/ledger/completion';
import { fingerprintOf } from './admit.ts';
import type { Exchange } from './exchange.ts';

export interface Told {
  /** What the client was sent, or will be once this is durable. */
  readonly httpStatus: number;
  readonly framesDelivered: number;
  readonly bytesDelivered: number;
}

export function settledCompletion(exchange: Exchange, told: Told, gateway: string): Completion {
  const { call, upstream, priceOverride } = exchange.parts;
  const reading = exchange.meter.reading();
  const { finishedAt, ...times } = exchange.stopwatch.read();
  return {
    version: 1,
    id: call.id,
    startedAt: call.startedAt.toISOString(),
    finishedAt: finishedAt.toISOString(),
    gateway,
    endpoint: call.endpoint,
    dialect: call.dialect.name,
    streamed: call.ask.streamed,
    upstream: upstream.name,
    modelRequested: call.ask.model,
    model: reading.model,
    upstreamId: reading.upstreamId,
    callerRequestId: call.callerRequestId,
    ...exchange.ending.outcome,
    terminalSeen: reading.terminalSeen,
    finishReason: reading.finishReason,
    upstreamStatus: exchange.upstreamStatus,
    ...reading.tokens,
    usageSource: reading.usage === null ? 'none' : exchange.ending.answerComplete ? 'reported' : 'partial',
    usage: reading.usage,
    pricedAs: upstream.pricedAs,
    priceOverride,
    ...times,
    frames: exchange.frames,
    bytes: exchange.bytes,
    drained: exchange.drained,
    key: fingerprintOf(call.credential),
    user: call.wishes.user,
    chatId: call.wishes.chatId,
    messageId: call.wishes.messageId,
    tags: call.ask.replay ? { ...call.wishes.tags, replay: 'true' } : call.wishes.tags,
    billed: call.ask.replay !== true,
    ...told,
  };
}
