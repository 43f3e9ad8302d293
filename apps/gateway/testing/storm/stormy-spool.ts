// For tests: a spool in memory that takes its time, in order, and does not always take what it is given.
import type { SpoolRecord } from '@weir/infra/sinks/spool-record';
import { type Segment, type Spool, SpoolUnwritable } from '@weir/infra/spool';

interface Writing {
  readonly record: SpoolRecord;
  readonly answer: (error?: Error) => void;
}

export class StormySpool implements Spool {
  readonly #writing: Writing[] = [];
  readonly #segments = new Set<SpoolRecord[]>();
  #current: SpoolRecord[] = [];
  isFull = false;

  *records(): Generator<SpoolRecord> {
    for (const segment of [...this.#segments, this.#current]) yield* segment;
  }

  tick(): void {
    for (const { record, answer } of this.#writing.splice(0)) {
      if (!this.isFull) this.#current.push(record);
      answer(this.isFull ? new SpoolUnwritable('the disk is full') : undefined);
    }
  }

  append(record: object): Promise<void> {
    return new Promise((resolve, reject) => {
      const answer = (error?: Error) => (error === undefined ? resolve() : reject(error));
      this.#writing.push({ record: record as SpoolRecord, answer });
    });
  }

  async seal(): Promise<readonly Segment[]> {
    if (this.#current.length > 0) this.#segments.add(this.#current);
    this.#current = [];
    return [...this.#segments].map((records) => ({
      async *records() {
        yield* records;
      },
      remove: async () => void this.#segments.delete(records),
    }));
  }

  async adopt() {
    return [];
  }

  stats() {
    return { records: [...this.records()].length, bytes: 0, oldestAt: null };
  }

  async close(): Promise<void> {}
}
