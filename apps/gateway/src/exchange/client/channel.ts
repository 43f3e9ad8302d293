// The bounded queue between the pump and the client, in chunks of whole frames. It is full at its limit of chunks or of
// bytes; then the pump waits, and with it upstream. It drops nothing, unless it is abandoned: then it drops everything.

export interface Chunk {
  readonly bytes: Buffer;
  readonly frames: number;
  /** Its last frame lacks its end. */
  readonly unclosed?: boolean;
}

export interface ChannelLimits {
  readonly maxChunks: number;
  readonly maxBytes: number;
}

type Taken = IteratorResult<Chunk, undefined>;

const END: Taken = { done: true, value: undefined };

/**
 * Open: parcels go in and come out. Closed by its writer: what is inside still comes out, then the end. Abandoned by
 * its reader: what is inside is dropped, whoever waits is let go, and whatever is put in afterwards vanishes.
 */
export class Channel implements AsyncIterable<Chunk> {
  readonly #limits: ChannelLimits;
  #parcels: Chunk[] = [];
  #bytes = 0;
  #ended = false;
  #abandoned = false;
  #wakeWriter: (() => void) | null = null;
  #wakeReader: ((taken: Taken) => void) | null = null;

  constructor(limits: ChannelLimits) {
    this.#limits = limits;
  }

  get isEmpty(): boolean {
    return this.#parcels.length === 0;
  }

  /** Undefined where there is room; a promise to be awaited before the next put where there is none. */
  put(parcel: Chunk): Promise<void> | undefined {
    if (this.#abandoned || this.#ended) return undefined;
    this.#parcels.push(parcel);
    this.#bytes += parcel.bytes.length;
    this.#serveReader();
    if (!this.#isFull()) return undefined;
    return new Promise((resolve) => {
      this.#wakeWriter = resolve;
    });
  }

  close(): void {
    this.#ended = true;
    this.#serveReader();
  }

  abandon(): void {
    this.#abandoned = true;
    this.#parcels = [];
    this.#bytes = 0;
    this.#wakeWriter?.();
    this.#serveReader();
  }

  [Symbol.asyncIterator](): AsyncIterator<Chunk, undefined> {
    return { next: () => this.#next() };
  }

  // No generator and no async function: a stream waits here for most of its life, and each would cost it half a kilobyte.
  #next(): Promise<Taken> {
    const taken = this.#take();
    if (taken !== null) return Promise.resolve(taken);
    return new Promise((resolve) => {
      this.#wakeReader = resolve;
    });
  }

  /** Null where the reader must wait. */
  #take(): Taken | null {
    if (this.#abandoned) return END;
    const parcel = this.#parcels.shift();
    if (parcel === undefined) return this.#ended ? END : null;
    this.#bytes -= parcel.bytes.length;
    if (!this.#isFull()) this.#wakeWriter?.();
    return { done: false, value: parcel };
  }

  #serveReader(): void {
    const taken = this.#wakeReader === null ? null : this.#take();
    if (taken === null) return;
    this.#wakeReader?.(taken);
    this.#wakeReader = null;
  }

  #isFull(): boolean {
    return this.#parcels.length >= this.#limits.maxChunks || this.#bytes >= this.#limits.maxBytes;
  }
}
