// The bounded queue between the pump and the client, in chunks of whole frames. It is full at its limit of chunks or of
// bytes; then the pump waits, and with it upstream. It drops nothing, unless it is abandoned: then it drops everything.

export interface Parcel {
  readonly bytes: Buffer;
  readonly frames: number;
}

export interface ChannelLimits {
  readonly maxChunks: number;
  readonly maxBytes: number;
}

/**
 * Open: parcels go in and come out. Closed by its writer: what is inside still comes out, then the end. Abandoned by
 * its reader: what is inside is dropped, whoever waits is let go, and whatever is put in afterwards vanishes.
 */
export class Channel implements AsyncIterable<Parcel> {
  readonly #limits: ChannelLimits;
  #parcels: Parcel[] = [];
  #bytes = 0;
  #ended = false;
  #abandoned = false;
  #wakeWriter: (() => void) | null = null;
  #wakeReader: (() => void) | null = null;

  constructor(limits: ChannelLimits) {
    this.#limits = limits;
  }

  get isEmpty(): boolean {
    return this.#parcels.length === 0;
  }

  /** Undefined where there is room; a promise to be awaited before the next put where there is none. */
  put(parcel: Parcel): Promise<void> | undefined {
    if (this.#abandoned || this.#ended) return undefined;
    this.#parcels.push(parcel);
    this.#bytes += parcel.bytes.length;
    this.#wakeReader?.();
    if (!this.#isFull()) return undefined;
    return new Promise((resolve) => {
      this.#wakeWriter = resolve;
    });
  }

  close(): void {
    this.#ended = true;
    this.#wakeReader?.();
  }

  abandon(): void {
    this.#abandoned = true;
    this.#parcels = [];
    this.#bytes = 0;
    this.#wakeWriter?.();
    this.#wakeReader?.();
  }

  [Symbol.asyncIterator](): AsyncIterator<Parcel, undefined> {
    return { next: () => this.#next() };
  }

  async #next(): Promise<IteratorResult<Parcel, undefined>> {
    while (!this.#abandoned) {
      const parcel = this.#take();
      if (parcel !== undefined) return { done: false, value: parcel };
      if (this.#ended) break;
      await this.#arrival();
    }
    return { done: true, value: undefined };
  }

  #take(): Parcel | undefined {
    const parcel = this.#parcels.shift();
    this.#bytes -= parcel?.bytes.length ?? 0;
    if (!this.#isFull()) this.#wakeWriter?.();
    return parcel;
  }

  #arrival(): Promise<void> {
    return new Promise((resolve) => {
      this.#wakeReader = resolve;
    });
  }

  #isFull(): boolean {
    return this.#parcels.length >= this.#limits.maxChunks || this.#bytes >= this.#limits.maxBytes;
  }
}
