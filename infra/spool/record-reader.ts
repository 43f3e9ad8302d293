// A segment's bytes in, its whole records out. What is torn or damaged is left out and counted: reading goes on at the
// next magic, so that damage costs the records that it touches and no others.
import { Buffer } from 'node:buffer';
import { decodeRecord, HEADER_BYTES, lengthOf, MAGIC } from './record.ts';

/** What was no whole record: how many bytes, in how many places. */
export interface LeftOut {
  readonly bytes: number;
  readonly places: number;
}

/**
 * A record whose bytes are not all there yet may be one that straddles, or one whose length was damaged: until the end
 * it waits for as many as the length says, and at the end it looks for those that the length swallowed.
 */
export class RecordReader {
  #chunks: Buffer[] = [];
  #held = 0;
  #wanted = HEADER_BYTES;
  #ended = false;
  #bytesLeftOut = 0;
  #placesLeftOut = 0;
  #inGap = false;

  get leftOut(): LeftOut {
    return { bytes: this.#bytesLeftOut, places: this.#placesLeftOut };
  }

  push(chunk: Buffer): object[] {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    return this.#held < this.#wanted ? [] : this.#read();
  }

  /** Nothing comes any more: what is not whole now never will be. */
  end(): object[] {
    this.#ended = true;
    return this.#read();
  }

  #read(): object[] {
    const bytes = Buffer.concat(this.#chunks);
    const records: object[] = [];
    let at = this.#leaveOut(0, this.#beginOf(bytes, 0));
    while (at < bytes.length && (this.#ended || isThere(bytes, at))) {
      const record = isThere(bytes, at) ? decodeRecord(bytes.subarray(at, endOf(bytes, at))) : undefined;
      if (record !== undefined) {
        records.push(record);
        this.#inGap = false;
        at = endOf(bytes, at);
      }
      at = this.#leaveOut(at, this.#beginOf(bytes, record === undefined ? at + 1 : at));
    }
    this.#keep(bytes.subarray(at));
    return records;
  }

  /** Where the next record begins, or may begin once there is more. */
  #beginOf(bytes: Buffer, from: number): number {
    const found = bytes.indexOf(MAGIC, from);
    if (found !== -1) return found;
    return this.#ended ? bytes.length : Math.max(from, bytes.length - MAGIC.length + 1);
  }

  #leaveOut(from: number, to: number): number {
    if (to === from) return to;
    if (!this.#inGap) this.#placesLeftOut += 1;
    this.#bytesLeftOut += to - from;
    this.#inGap = true;
    return to;
  }

  #keep(rest: Buffer): void {
    this.#chunks = [rest];
    this.#held = rest.length;
    this.#wanted = endOf(rest, 0);
  }
}

/** Of the record that begins here, as far as it is known. */
const endOf = (bytes: Buffer, at: number): number =>
  at + (bytes.length - at < HEADER_BYTES ? HEADER_BYTES : lengthOf(bytes.subarray(at)));

const isThere = (bytes: Buffer, at: number): boolean => endOf(bytes, at) <= bytes.length;
