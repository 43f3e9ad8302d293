// What is known of one request from the moment upstream is asked: its attempt, how it is ending, and when. It is told when
// its client leaves, and decides what becomes of upstream then.
import type { Opening } from '@weir/ledger/opening';
import type { UnitPrices } from '@weir/ledger/unit-prices';
import type { Admission } from '../admission/admission.ts';
import type { Form } from '../dialects/form-fields.ts';
import { WeirError } from '../errors.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { Attempt } from './attempt/attempt.ts';
import { Timings } from './attempt/timings.ts';
import type { Outlet } from './client/outlet.ts';
import { Ending } from './end/ending.ts';
import type { Departure } from './end/outcome.ts';
import type { AcceptedRequest } from './request/accepted-request.ts';
import type { OutgoingBody } from './request/outgoing-body.ts';
import type { Semaphore } from './semaphore.ts';

export interface ExchangeParts {
  readonly call: AcceptedRequest;
  readonly body: OutgoingBody;
  /** Of an upload: what it has said so far. */
  readonly form?: Form | undefined;
  readonly upstream: Upstream;
  /** By which it was admitted: knows the gateway's keys, which do not go upstream. */
  readonly admission: Admission;
  readonly opening: Opening;
  readonly outlet: Outlet;
  readonly stripUsage: boolean;
  /** The caller, or the operator for it, wants metadata at the end. */
  readonly trailing: boolean;
  /** The operator's own price of a model at this upstream. */
  readonly priceFor: (model: string) => UnitPrices | null;
  readonly drains: Semaphore;
  /** Hears how long each read with whole frames was waited for. */
  readonly onGap: (ms: number) => void;
}

export class Exchange {
  readonly parts: ExchangeParts;
  readonly timings = new Timings();
  readonly ending = new Ending();
  readonly attempt: Attempt;
  drained = false;
  settled = false;
  #drainTimer: NodeJS.Timeout | null = null;

  constructor(parts: ExchangeParts) {
    this.parts = parts;
    const { ending, timings } = this;
    const { upstream, stripUsage, trailing, onGap } = parts;
    const { dialect, ask } = parts.call;
    this.attempt = new Attempt({ upstream, dialect, ask, stripUsage, trailing, onGap, ending, timings });
  }

  get outlet(): Outlet {
    return this.parts.outlet;
  }

  /** What the client does not want any more may still have to be paid for: upstream is read on, where that is allowed. */
  depart(departure: Departure): void {
    this.timings.clientDone();
    this.ending.fire(departure);
    this.outlet.abandon();
    if (!this.attempt.isOver) this.#drainOrAbort();
  }

  /** The gateway stops: upstream is cut, and the client is told, unless all that it still lacks is the end. */
  cut(): void {
    const { attempt, outlet } = this;
    attempt.abort();
    if (!(outlet.isEmpty && (attempt.isOver || attempt.holdback.ended))) {
      this.ending.fail(new WeirError('gateway_shutdown'));
      outlet.abandon();
      attempt.holdback.drop();
    }
    outlet.stopWaiting();
  }

  upstreamEnded(): void {
    if (this.attempt.isOver) return;
    this.attempt.end();
    this.timings.upstreamDone();
    if (this.#drainTimer !== null) this.parts.drains.release();
    clearTimeout(this.#drainTimer ?? undefined);
  }

  #drainOrAbort(): void {
    const { call, upstream, drains } = this.parts;
    const policy = call.requestOptions.onDisconnect ?? upstream.onDisconnect;
    if (policy === 'abort' || !drains.tryAcquire()) {
      this.ending.fire('drain_refused');
      this.attempt.abort();
      return;
    }
    this.drained = true;
    this.#drainTimer = setTimeout(() => {
      this.ending.fire('drain_timeout');
      this.attempt.abort();
    }, upstream.drainTimeoutMs);
  }
}
