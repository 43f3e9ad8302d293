// What was written to the disk last, as bytes in memory, and to which segment: should somebody remove that file, its
// latest records can be written again. What is older than half a minute is forgotten with the next write.
import type { Buffer } from 'node:buffer';

const KEPT_MS = 30_000;
const MOST_RECORDS = 10_000;

interface Group<Owner> {
  readonly owner: Owner;
  readonly at: number;
  readonly records: number;
  readonly bytes: Buffer;
}

export type Latest = Pick<Group<unknown>, 'records' | 'bytes'>;

export class LatestRecords<Owner> {
  #groups: Group<Owner>[] = [];
  #records = 0;

  /** Records that were written together. */
  add(owner: Owner, { records, bytes }: Latest, at = performance.now()): void {
    this.#groups.push({ owner, at, records, bytes });
    this.#records += records;
    const isOld = (group: Group<Owner>) => at - group.at >= KEPT_MS || this.#records > MOST_RECORDS;
    for (let first = this.#groups[0]; first !== undefined && isOld(first); first = this.#groups[0]) {
      this.#groups.shift();
      this.#records -= first.records;
    }
  }

  /** In their order. */
  of(owner: Owner): readonly Latest[] {
    return this.#groups.filter((group) => group.owner === owner);
  }

  /** Those who have any. */
  owners(): ReadonlySet<Owner> {
    return new Set(this.#groups.map(({ owner }) => owner));
  }

  forget(owner: Owner): void {
    this.#groups = this.#groups.filter((group) => group.owner !== owner);
    this.#records = this.#groups.reduce((sum, { records }) => sum + records, 0);
  }
}
