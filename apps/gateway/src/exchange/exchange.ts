// What is known of one request from the moment upstream is asked: what was read, how often, how long, and how it is
// ending. It is told when its client leaves, and decides what becomes of upstream then.
import type { Opening } from '@weir/ledger/opening';
import type { Sight } from '../dialects/dialect.ts';
import { WeirError } from '../errors.ts';
import { type Framing, sseFraming } from '../sse/framing.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { Call } from './call.ts';
import { Channel, type ChannelLimits } from './channel.ts';
import { Ending } from './ending.ts';
import { Holdback } from './holdback.ts';
import { Meter } from './meter.ts';
import type { Departure } from './outcome.ts';
import type { OutgoingBody } from './outgoing-body.ts';
import type { Places } from './places.ts';
import { Stopwatch } from './stopwatch.ts';

const AFTER_TERMINAL_MS = 500;

export interface ExchangeParts {
  readonly call: Call;
  readonly body: OutgoingBody;
  readonly upstream: Upstream;
  readonly opening: Opening;
  readonly stripUsage: boolean;
  /** The caller, or the operator for it, wants metadata at the end. */
  readonly trailing: boolean;
  readonly channelLimits: ChannelLimits;
  readonly drains: Places;
  /** Hears how long each read with whole frames was waited for. */
  readonly onGap: (ms: number) => void;
}

/** The provider's answer where it is no stream: kept whole, until the completion is durable. */
export interface WholeAnswer {
  readonly status: number;
  readonly headers: Record<string, string | string[]>;
  readonly body: Buffer;
}

export class Exchange {
  readonly parts: ExchangeParts;
  readonly meter: Meter;
  readonly channel: Channel;
  readonly holdback: Holdback;
  readonly stopwatch = new Stopwatch();
  readonly ending = new Ending();
  framing: Framing = sseFraming;
  frames = 0;
  bytes = 0;
  upstreamStatus: number | null = null;
  whole: WholeAnswer | null = null;
  drained = false;
  settled = false;
  readonly #abort = new AbortController();
  #upstreamEnded = false;
  #drainTimer: NodeJS.Timeout | null = null;
  #hangUpTimer: NodeJS.Timeout | null = null;

  constructor(parts: ExchangeParts) {
    this.parts = parts;
    this.meter = new Meter(parts.call.dialect);
    this.channel = new Channel(parts.channelLimits);
    this.holdback = new Holdback({ stripUsage: parts.stripUsage, carry: parts.trailing });
  }

  get abortSignal(): AbortSignal {
    return this.#abort.signal;
  }

  /** The answer is a stream, framed like this. */
  frameBy(framing: Framing): void {
    this.framing = framing;
    this.meter.frameBy(framing);
    this.holdback.frameBy(framing);
  }

  /** Meters one frame more. */
  see(frame: Buffer): Sight {
    this.#refuseOther(frame);
    return this.#note(this.meter.see(frame));
  }

  /** Null where what is left of the stream is but half a frame. */
  seeTail(rest: Buffer): Sight | null {
    this.#refuseOther(rest);
    const sight = this.meter.seeTail(rest);
    return sight === null ? null : this.#note(sight);
  }

  /** Whole frames were read. Comments keep a connection alive; they are no answer, and must not keep it so for ever. */
  arrived(): void {
    this.parts.onGap(this.stopwatch.lap());
    const { headersTimeoutMs, idleTimeoutMs } = this.parts.upstream;
    const patienceMs = this.meter.events === 0 ? headersTimeoutMs : idleTimeoutMs;
    if (this.stopwatch.sinceLast(this.meter.events) > patienceMs) throw new WeirError('idle_timeout');
  }

  /** What the client does not want any more may still have to be paid for: upstream is read on, where that is allowed. */
  depart(departure: Departure): void {
    this.stopwatch.clientDone();
    this.ending.fire(departure);
    this.channel.abandon();
    if (!this.#upstreamEnded) this.#drainOrAbort();
  }

  /** The gateway stops: upstream is cut, and the client is told, unless all that it still lacks is the end. */
  cut(): void {
    this.#abort.abort();
    if (this.channel.isEmpty && (this.#upstreamEnded || this.holdback.ended)) return;
    this.ending.fail(new WeirError('gateway_shutdown'));
    this.channel.abandon();
    this.holdback.drop();
  }

  /** Upstream has said its last: that it keeps the connection open is soon of no more interest. */
  expectEnd(): void {
    this.#hangUpTimer ??= setTimeout(() => this.#abort.abort(), AFTER_TERMINAL_MS);
  }

  upstreamEnded(): void {
    if (this.#upstreamEnded) return;
    this.#upstreamEnded = true;
    this.stopwatch.upstreamDone();
    if (this.#drainTimer !== null) this.parts.drains.leave();
    clearTimeout(this.#drainTimer ?? undefined);
    clearTimeout(this.#hangUpTimer ?? undefined);
  }

  /** HTML and JSON errors come under a stream's content type too; their first line gives them away. */
  #refuseOther(start: Buffer): void {
    if (this.frames === 0 && !this.framing.begins(start)) throw new WeirError('upstream_protocol');
  }

  #note(sight: Sight): Sight {
    this.frames += 1;
    if (sight.content) this.stopwatch.content();
    if (sight.end === 'error') this.ending.fire('upstream_error');
    return sight;
  }

  #drainOrAbort(): void {
    const { call, upstream, drains } = this.parts;
    const policy = call.wishes.onDisconnect ?? upstream.onDisconnect;
    if (policy === 'abort' || !drains.enter()) {
      this.ending.fire('drain_refused');
      this.#abort.abort();
      return;
    }
    this.drained = true;
    this.#drainTimer = setTimeout(() => {
      this.ending.fire('drain_timeout');
      this.#abort.abort();
    }, upstream.drainTimeoutMs);
  }
}
