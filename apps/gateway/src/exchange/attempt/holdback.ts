// Decides for each frame whether it may go to the client now. The terminal frame and what follows it wait until the
// completion is durable. With trailing metadata on, so does the usage frame that carries it, and what rides behind it.
import { Buffer } from 'node:buffer';
import type { FrameInfo } from '../../dialects/dialect.ts';
import { asciiJson, withMember } from '../../sse/edit.ts';
import { type Framing, sseFraming } from '../../sse/framing.ts';
import { HeldFrames } from './held-frames.ts';
import { withoutUsage } from './without-usage.ts';

export interface HoldbackPolicy {
  /** Usage frames do not reach the client. */
  readonly stripUsage: boolean;
  /** Something is to be said before the end: a usage frame that could carry it is kept. */
  readonly carry: boolean;
}

// A provider that says its usage early and then sends nothing but comments must not fill memory; neither must one that
// goes on after its own terminal frame.
const MAX_HELD_BYTES = 262_144;

export class Holdback {
  readonly #policy: HoldbackPolicy;
  /** The usage frame that may carry metadata, and what came behind it. */
  readonly #usage = new HeldFrames();
  /** The terminal frame, and what came behind it. */
  readonly #end = new HeldFrames();
  #unclosed = false;
  #framing: Framing = sseFraming;

  constructor(policy: HoldbackPolicy) {
    this.#policy = policy;
  }

  setFraming(framing: Framing): void {
    this.#framing = framing;
  }

  /** The terminal frame was seen. */
  get ended(): boolean {
    return !this.#end.isEmpty;
  }

  /** Frames and bytes of the provider's that only the release will hand over. */
  get held(): { readonly frames: number; readonly bytes: number } {
    const [usage, end] = [this.#usage, this.#end];
    return { frames: usage.frames.length + end.frames.length, bytes: usage.bytes + end.bytes };
  }

  get isOverLimit(): boolean {
    const [terminal] = this.#end.frames;
    if (terminal === undefined) return this.#usage.bytes > MAX_HELD_BYTES;
    return this.#end.bytes - terminal.length > MAX_HELD_BYTES; // it may itself be large, and is held whatever its size
  }

  /** What may go out now, in order; often the frame itself, often nothing. */
  take(frame: Buffer, sight: FrameInfo): readonly Buffer[] {
    const kept = this.#policy.stripUsage ? withoutUsage(frame, sight) : frame;
    if (kept === null) return [];
    if (sight.end !== null || !this.#end.isEmpty) return hold(kept, this.#end);
    if (this.#isCarrier(sight)) return this.#holdCarrier(kept);
    if (this.#usage.isEmpty) return [kept];
    if (sight.content || this.isOverLimit) return [...this.#usage.takeAll(), kept];
    return hold(kept, this.#usage);
  }

  /** The last frame, without its blank line: what is said after it must supply one. */
  takeTail(rest: Buffer, sight: FrameInfo): readonly Buffer[] {
    const passed = this.take(rest, sight);
    this.#unclosed = passed.length > 0 || this.held.frames > 0;
    return passed;
  }

  /** What was held would now stand after a gap: the client is not to take it for the end. */
  drop(): void {
    this.#usage.takeAll();
    this.#end.takeAll();
  }

  /** All that was held, with `metadata` in the carrier, or as a comment before the terminal frame; then `last`. */
  release(metadata: object | null, last: string | null): Buffer {
    const frames = [...(metadata === null ? this.#usage.frames : this.#usageWith(metadata)), ...this.#end.frames];
    if (last !== null) frames.push(this.#afterLast(last));
    return Buffer.concat(frames);
  }

  #isCarrier(sight: FrameInfo): boolean {
    return this.#policy.carry && !this.#policy.stripUsage && sight.usage !== 'none' && !sight.content;
  }

  /** The last one carries: what waited for an earlier one goes out. */
  #holdCarrier(frame: Buffer): readonly Buffer[] {
    const before = this.#usage.takeAll();
    this.#usage.add(frame);
    return before;
  }

  #usageWith(metadata: object): readonly Buffer[] {
    const [carrier, ...behind] = this.#usage.frames;
    const carrying = carrier === undefined ? null : withMember(carrier, 'weir', metadata);
    if (carrying !== null) return [carrying, ...behind];
    const comment = this.#framing.comment(`weir ${asciiJson(metadata)}`);
    if (comment === null) return this.#usage.frames;
    return [...this.#usage.frames, this.ended ? Buffer.from(comment) : this.#afterLast(comment)];
  }

  #afterLast(frame: string): Buffer {
    const bytes = Buffer.from(this.#unclosed ? this.#framing.close + frame : frame);
    this.#unclosed = false;
    return bytes;
  }
}

function hold(frame: Buffer, where: HeldFrames): readonly Buffer[] {
  where.add(frame);
  return [];
}
