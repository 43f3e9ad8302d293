// One question to one upstream, and what was read of its answer: metered, held back where it is the end, counted. All that
// an answer leaves behind is here, so that another attempt begins with nothing of it.
import type { Buffer } from 'node:buffer';
import type { Ask, Dialect, FrameInfo, Reading } from '../../dialects/dialect.ts';
import { OTHER } from '../../dialects/dialect.ts';
import { WeirError } from '../../errors.ts';
import { type FrameSplitter, type Framing, sseFraming } from '../../sse/framing.ts';
import type { Upstream } from '../../upstream/upstream.ts';
import type { Ending } from '../end/ending.ts';
import { Beginning } from './beginning.ts';
import { HangUp } from './hang-up.ts';
import { Holdback } from './holdback.ts';
import { Meter } from './meter.ts';
import { Silence } from './silence.ts';
import type { Timings } from './timings.ts';

// Of a frame that grows, each time that it has grown: past any comment before its fields.
const MOST_LOOKED_AT = 256;

// What an answer that is no stream must be longer by in HEADERS_TIMEOUT_MS.
const PROGRESS_BYTES = 1024;

type Pending = Pick<FrameSplitter, 'pending'>;

export interface AttemptOptions {
  readonly upstream: Upstream;
  readonly dialect: Dialect;
  readonly ask: Pick<Ask, 'units'>;
  readonly stripUsage: boolean;
  /** The caller, or the operator for it, wants metadata at the end. */
  readonly trailing: boolean;
  /** Hears how long each read with whole frames was waited for. */
  readonly onGap: (ms: number) => void;
  /** Of the whole request. */
  readonly ending: Ending;
  readonly timings: Timings;
}

/** The provider's answer where it is no stream: kept whole, until the completion is durable. */
export interface BufferedAnswer {
  readonly status: number;
  readonly headers: Record<string, string | string[]>;
  readonly body: Buffer;
}

export class Attempt {
  readonly meter: Meter;
  readonly holdback: Holdback;
  readonly silence = new Silence();
  framing: Framing = sseFraming;
  frames = 0;
  bytes = 0;
  upstreamStatus: number | null = null;
  bufferedAnswer: BufferedAnswer | null = null;
  readonly #options: AttemptOptions;
  readonly #beginning = new Beginning();
  readonly #abort = new AbortController();
  #hangUp: HangUp | null = null;
  #isOver = false;
  #isFinished = false;

  constructor(options: AttemptOptions) {
    this.#options = options;
    this.meter = new Meter(options.dialect, options.ask);
    this.holdback = new Holdback({ stripUsage: options.stripUsage, carry: options.trailing });
  }

  get upstream(): Upstream {
    return this.#options.upstream;
  }

  /** Aborted when the answer is not wanted any more. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Upstream has ended its answer, or never began one. */
  get isOver(): boolean {
    return this.#isOver;
  }

  begin(status: number): void {
    this.upstreamStatus = status;
    this.#options.timings.headers();
    this.silence.resume();
  }

  /** The answer is a stream, framed like this. */
  setFraming(framing: Framing): void {
    this.framing = framing;
    this.meter.setFraming(framing);
    this.holdback.setFraming(framing);
  }

  /** Meters one frame more → what of it, and of what was held, may go to the client now. */
  read(frame: Buffer): readonly Buffer[] {
    const isOdd = this.#looksOdd(frame);
    const sight = this.meter.see(frame);
    return this.holdback.take(frame, this.#note((isOdd ? this.meter.seeWhole(frame) : null) ?? sight));
  }

  /**
   * The rest, when the bytes end. It counts if only its blank line is missing. Returns null, and drops the rest, if it is
   * half a frame; what is no frame at all, or stands after the terminal frame, is passed on unchanged.
   */
  readTail(rest: Buffer): readonly Buffer[] | null {
    if (rest.length === 0) return [];
    const isOdd = this.#looksOdd(rest);
    const sight = this.meter.seeTail(rest) ?? (isOdd ? (this.meter.seeWhole(rest) ?? OTHER) : null);
    if (sight !== null) return this.holdback.takeTail(rest, this.#note(sight));
    return this.holdback.ended ? this.holdback.takeTail(rest, OTHER) : null;
  }

  /** Whole frames were read. Comments keep a connection alive; they are no answer, and must not keep it so for ever. */
  checkIdle(): void {
    this.#options.onGap(this.silence.lap());
    this.#refuseSilence(this.meter.events);
  }

  /** Less than a frame was read. A frame that still grows is no silence, but for the first one, and for blanks. */
  checkGrowth({ pending }: Pending): void {
    if (this.meter.events === 0 || !this.#hasBegun(pending)) this.#refuseSilence(this.meter.events);
  }

  /** More was read of what is no stream, or not known to be one. */
  checkProgress(): void {
    this.#refuseSilence(Math.floor(this.bytes / PROGRESS_BYTES));
  }

  /** It ended, and nothing in it was an event. */
  get isUnreadable(): boolean {
    return this.meter.events === 0 && this.#beginning.isOdd;
  }

  reading(): Reading {
    return this.meter.reading();
  }

  abort(): void {
    this.#abort.abort();
  }

  /** Upstream has said its last, and maybe more: that it keeps the connection open is soon of no more interest. */
  closeSoon({ pending }: Pending): void {
    this.#hangUp ??= new HangUp(() => this.abort(), { mostMs: this.upstream.idleTimeoutMs });
    const isMidFrame = this.#hasBegun(pending);
    this.#hangUp.hear({ events: this.meter.events, isMidFrame, isFinished: this.#isFinished });
  }

  end(): void {
    this.#isOver = true;
    this.#hangUp?.stop();
  }

  /** A frame, and not only blanks and comments before it. */
  #hasBegun(pending: Buffer): boolean {
    return !this.framing.saysNothing(pending.subarray(0, MOST_LOOKED_AT));
  }

  /** For what has come of the answer so far: events of a stream, or pieces of a body. */
  #refuseSilence(count: number): void {
    const { headersTimeoutMs, idleTimeoutMs } = this.upstream;
    const timeoutMs = this.meter.events === 0 ? headersTimeoutMs : idleTimeoutMs;
    if (this.silence.since(count) > timeoutMs) throw new WeirError('idle_timeout');
  }

  #looksOdd(frame: Buffer): boolean {
    return this.meter.events === 0 && this.#beginning.looksOdd(frame, this.framing);
  }

  #note(sight: FrameInfo): FrameInfo {
    this.frames += 1;
    if (sight.content) this.#options.timings.content();
    if (sight.end === 'terminal') this.#isFinished = true;
    else if (sight.end === 'error') this.#options.ending.fire('upstream_error');
    return sight;
  }
}
