// One question to one upstream, and what was read of its answer: metered, held back where it is the end, counted. All that
// an answer leaves behind is here, so that another attempt begins with nothing of it.
import type { Buffer } from 'node:buffer';
import type { Ask, Dialect, FrameInfo, Reading } from '../../dialects/dialect.ts';
import { OTHER } from '../../dialects/dialect.ts';
import { WeirError } from '../../errors.ts';
import { type Framing, sseFraming } from '../../sse/framing.ts';
import type { Upstream } from '../../upstream/upstream.ts';
import type { Ending } from '../end/ending.ts';
import { Holdback } from './holdback.ts';
import { Meter } from './meter.ts';
import { Silence } from './silence.ts';
import type { Timings } from './timings.ts';

const AFTER_TERMINAL_MS = 500;

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
  readonly #abort = new AbortController();
  #isOver = false;
  #hangUpTimer: NodeJS.Timeout | null = null;

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
    this.silence.begin();
  }

  /** The answer is a stream, framed like this. */
  setFraming(framing: Framing): void {
    this.framing = framing;
    this.meter.setFraming(framing);
    this.holdback.setFraming(framing);
  }

  /** Meters one frame more → what of it, and of what was held, may go to the client now. */
  read(frame: Buffer): readonly Buffer[] {
    this.#refuseOther(frame);
    return this.holdback.take(frame, this.#note(this.meter.see(frame)));
  }

  /**
   * The rest, when the bytes end. It counts if only its blank line is missing. Returns null, and drops the rest, if it is
   * half a frame; after the terminal frame it is passed on unchanged.
   */
  readTail(rest: Buffer): readonly Buffer[] | null {
    if (rest.length === 0) return [];
    this.#refuseOther(rest);
    const sight = this.meter.seeTail(rest);
    if (sight !== null) return this.holdback.takeTail(rest, this.#note(sight));
    return this.holdback.ended ? this.holdback.takeTail(rest, OTHER) : null;
  }

  /** Whole frames were read. Comments keep a connection alive; they are no answer, and must not keep it so for ever. */
  checkIdle(): void {
    this.#options.onGap(this.silence.lap());
    const { headersTimeoutMs, idleTimeoutMs } = this.upstream;
    const timeoutMs = this.meter.events === 0 ? headersTimeoutMs : idleTimeoutMs;
    if (this.silence.since(this.meter.events) > timeoutMs) throw new WeirError('idle_timeout');
  }

  reading(): Reading {
    return this.meter.reading();
  }

  abort(): void {
    this.#abort.abort();
  }

  /** Upstream has said its last: that it keeps the connection open is soon of no more interest. */
  closeSoon(): void {
    this.#hangUpTimer ??= setTimeout(() => this.abort(), AFTER_TERMINAL_MS);
  }

  end(): void {
    this.#isOver = true;
    clearTimeout(this.#hangUpTimer ?? undefined);
  }

  /** HTML and JSON errors come under a stream's content type too; their first line gives them away. */
  #refuseOther(start: Buffer): void {
    if (this.frames === 0 && !this.framing.begins(start)) throw new WeirError('upstream_protocol');
  }

  #note(sight: FrameInfo): FrameInfo {
    this.frames += 1;
    if (sight.content) this.#options.timings.content();
    if (sight.end === 'error') this.#options.ending.fire('upstream_error');
    return sight;
  }
}
