// Decides for each frame whether it may go to the client now. The terminal frame and what follows it wait until the
// completion is durable. With trailing metadata on, so does the usage frame that carries it, and what rides behind it.
import { Buffer } from 'node:buffer';
import type { FrameInfo } from '../../dialects/dialect.ts';
import { asciiJson, withMember, withoutMember } from '../../sse/edit.ts';
import { type Framing, sseFraming } from '../../sse/framing.ts';

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
  #held: Buffer[] = [];
  #heldBytes = 0;
  #carrier = -1;
  #terminal = -1;
  #bytesToEnd = 0;
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
    return this.#terminal >= 0;
  }

  /** Frames and bytes of the provider's that only the release will hand over. */
  get held(): { readonly frames: number; readonly bytes: number } {
    return { frames: this.#held.length, bytes: this.#heldBytes };
  }

  get isOverLimit(): boolean {
    return this.#heldBytes - this.#bytesToEnd > MAX_HELD_BYTES;
  }

  /** What may go out now, in order; often the frame itself, often nothing. */
  take(frame: Buffer, sight: FrameInfo): readonly Buffer[] {
    const kept = this.#stripped(frame, sight);
    if (kept === null) return [];
    if (this.ended) return this.#hold(kept);
    if (sight.end !== null) return this.#holdTerminal(kept);
    if (this.#isCarrier(sight)) return this.#holdCarrier(kept);
    if (this.#held.length > 0 && !sight.content && !this.isOverLimit) return this.#hold(kept);
    return this.#held.length === 0 ? [kept] : [...this.#flush(), kept];
  }

  /** The last frame, without its blank line: what is said after it must supply one. */
  takeTail(rest: Buffer, sight: FrameInfo): readonly Buffer[] {
    const passed = this.take(rest, sight);
    this.#unclosed = passed.length > 0 || this.#held.length > 0;
    return passed;
  }

  /** What was held would now stand after a gap: the client is not to take it for the end. */
  drop(): void {
    this.#flush();
    this.#terminal = -1;
  }

  /** All that was held, with `metadata` in the carrier, or as a comment before the terminal frame; then `last`. */
  release(metadata: object | null, last: string | null): Buffer {
    const held = [...this.#held];
    if (metadata !== null && !this.#carried(held, metadata)) {
      const comment = this.#framing.comment(`weir ${asciiJson(metadata)}`);
      if (comment !== null) this.#sayBeforeEnd(held, comment);
    }
    if (last !== null) held.push(this.#afterLast(last));
    return Buffer.concat(held);
  }

  #sayBeforeEnd(held: Buffer[], comment: string): void {
    if (this.ended) held.splice(this.#terminal, 0, Buffer.from(comment));
    else held.push(this.#afterLast(comment));
  }

  #afterLast(frame: string): Buffer {
    const bytes = Buffer.from(this.#unclosed ? this.#framing.close + frame : frame);
    this.#unclosed = false;
    return bytes;
  }

  #stripped(frame: Buffer, sight: FrameInfo): Buffer | null {
    if (!this.#policy.stripUsage || sight.usage === 'none') return frame;
    if (sight.usage === 'alone' && sight.end === null) return null;
    return withoutMember(frame, 'usage') ?? frame;
  }

  #isCarrier(sight: FrameInfo): boolean {
    return this.#policy.carry && !this.#policy.stripUsage && sight.usage !== 'none' && !sight.content;
  }

  #hold(frame: Buffer): readonly Buffer[] {
    this.#held.push(frame);
    this.#heldBytes += frame.length;
    return [];
  }

  #holdTerminal(frame: Buffer): readonly Buffer[] {
    this.#terminal = this.#held.length;
    this.#hold(frame);
    this.#bytesToEnd = this.#heldBytes; // a terminal frame may itself be large, and is held whatever its size
    return [];
  }

  #holdCarrier(frame: Buffer): readonly Buffer[] {
    const before = this.#flush();
    this.#carrier = 0;
    this.#hold(frame);
    return before;
  }

  #flush(): Buffer[] {
    const held = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    this.#carrier = -1;
    return held;
  }

  #carried(held: Buffer[], metadata: object): boolean {
    const carrier = this.#carrier < 0 ? undefined : held[this.#carrier];
    const carrying = carrier === undefined ? null : withMember(carrier, 'weir', metadata);
    if (carrying !== null) held[this.#carrier] = carrying;
    return carrying !== null;
  }
}
