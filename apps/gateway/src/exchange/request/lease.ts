// What a request takes of its gateway before a provider is asked: a place among the streams, and its opening. From then on
// it has a row, however it ends, even if this gateway does not live to see it.
import type { Opening } from '@weir/ledger/opening';
import { WeirError } from '../../errors.ts';
import type { Directory } from '../../routing/directory.ts';
import type { Upstream } from '../../upstream/upstream.ts';
import type { Gateway } from '../services.ts';
import type { AcceptedRequest } from './accepted-request.ts';
import { openingOf } from './opening.ts';

export interface Lease {
  readonly opening: Opening;
  /** The request is over, and has its completion. */
  release(): void;
  /** Nobody was asked: it is to have no row. */
  withdraw(): Promise<void>;
}

type Lessor = Pick<Gateway, 'name' | 'closed' | 'streams' | 'outbox'>;

interface Destination {
  readonly upstream: Upstream;
  readonly directory: Pick<Directory, 'priceFor'>;
}

export async function takeLease(
  call: AcceptedRequest,
  { upstream, directory }: Destination,
  lessor: Lessor,
): Promise<Lease> {
  const { closed, streams, outbox } = lessor;
  if (closed.aborted) throw new WeirError('gateway_shutdown');
  if (!streams.tryAcquire()) throw new WeirError('too_many_streams');
  const priceOverride = directory.priceFor(call.ask.model, upstream);
  const opening = openingOf(call, { gateway: lessor.name, upstream, priceOverride });
  try {
    await outbox.open(opening);
  } catch (error) {
    streams.release();
    throw error;
  }
  return {
    opening,
    release: () => streams.release(),
    withdraw: () => outbox.withdraw(opening).finally(() => streams.release()),
  };
}
