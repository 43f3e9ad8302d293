// The request bodies of one process that are in memory: being read, or waiting for their provider to take them. Together
// they have a limit in bytes, and one for what is done with them in one turn of the event loop.
import { totalmem } from 'node:os';
import { constrainedMemory } from 'node:process';
import { Turns } from './turns.ts';
import { Unpackers } from './unpackers.ts';

const SHARE_OF_MEMORY = 4;

/** A quarter of what this machine, or this container, lets all `processes` have together. */
export const readingBytesFor = (processes: number): number =>
  Math.floor(Math.min(constrainedMemory(), totalmem()) / SHARE_OF_MEMORY / processes);

export class Bodies {
  readonly turns = new Turns();
  readonly unpackers = new Unpackers();
  readonly maxBytes: number;
  #bytes = 0;
  #count = 0;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get count(): number {
    return this.#count;
  }

  enter(): BodyLease {
    this.#count += 1;
    let held = 0;
    let isOver = false;
    return {
      grow: (bytes) => {
        if (isOver || this.#bytes + bytes > this.maxBytes) return false;
        held += bytes;
        this.#bytes += bytes;
        return true;
      },
      shrink: (bytes) => {
        if (isOver) return;
        held -= bytes;
        this.#bytes -= bytes;
      },
      release: () => {
        if (isOver) return;
        isOver = true;
        this.#count -= 1;
        this.#bytes -= held;
      },
    };
  }
}

export interface BodyLease {
  /** False where there is no room for so many bytes more. */
  grow(bytes: number): boolean;
  /** So many are in memory no longer. */
  shrink(bytes: number): void;
  /** None is. */
  release(): void;
}
