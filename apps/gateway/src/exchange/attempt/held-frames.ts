// Frames that wait, in their order.
import type { Buffer } from 'node:buffer';

export class HeldFrames {
  #frames: Buffer[] = [];
  #bytes = 0;

  get frames(): readonly Buffer[] {
    return this.#frames;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#frames.length === 0;
  }

  add(frame: Buffer): void {
    this.#frames.push(frame);
    this.#bytes += frame.length;
  }

  /** All of them: none waits any more. */
  takeAll(): readonly Buffer[] {
    const frames = this.#frames;
    this.#frames = [];
    this.#bytes = 0;
    return frames;
  }
}
