// Spool → queue, in order, once the queue is back. What is shipped twice, because a load was cut short, is one row all
// the same.
import type { RecordSink } from '@weir/infra/sinks';
import { isStrange, labelOf, readRecord, type SpoolRecord } from '@weir/infra/sinks/spool-record';
import type { DeadSpool, Segment } from '@weir/infra/spool';
import { lostCompletion, type Opening } from '@weir/ledger/opening';
import { inBatches } from './in-batches.ts';

/** This gateway's own: a request that is still open gets its opening, one that is over needs none. */
export async function shipSegment(segment: Segment, queue: RecordSink, isOpen: (id: string) => boolean): Promise<void> {
  await inBatches(ownRecordsOf(segment), (record) => ship(record, queue, isOpen));
  await segment.remove();
}

// This very process wrote them, so they are what it knows.
const ownRecordsOf = (segment: Segment) => segment.records() as AsyncIterable<SpoolRecord>;

async function ship(record: SpoolRecord, queue: RecordSink, isOpen: (id: string) => boolean): Promise<void> {
  if (record.verb === 'close') return queue.close(record.completion);
  if (record.verb === 'open' && isOpen(record.opening.id)) await queue.open(record.opening);
  if (!isOpen(record.opening.id)) await queue.withdraw(record.opening); // it may have ended meanwhile
}

export interface Shipped {
  /** Requests that were opened and not closed, as far as this release can read. */
  readonly lost: number;
  /** Records that it cannot read, which stay on the disk, by what may be said of them. */
  readonly strange: ReadonlyMap<string, number>;
}

/** Openings without a completion become `gateway_lost`; if a real completion exists, the ledger keeps that one. */
export async function shipDeadSpool(deadSpool: DeadSpool, queue: RecordSink): Promise<Shipped> {
  const left = new Left(queue);
  for (const segment of deadSpool.segments) await inBatches(segment.records(), (record) => left.take(record));
  await inBatches(left.lost(), (completion) => queue.close(completion));
  await deadSpool.remove(left.strange.size > 0 ? isStrange : undefined);
  return { lost: left.open.size, strange: left.strange };
}

/** What is known of a dead gateway's requests, record by record. One that cannot be read ends no request. */
class Left {
  readonly open = new Map<string, Opening>();
  readonly strange = new Map<string, number>();
  readonly #queue: RecordSink;
  #lastSignOfLife = 0;

  constructor(queue: RecordSink) {
    this.#queue = queue;
  }

  async take(given: object): Promise<void> {
    const record = readRecord(given);
    if (record === undefined) return this.#count(labelOf(given));
    this.#lastSignOfLife = record.at;
    switch (record.verb) {
      case 'open':
        return void this.open.set(record.opening.id, record.opening);
      case 'close':
        this.open.delete(record.completion.id);
        return this.#queue.close(record.completion);
      case 'withdraw':
        this.open.delete(record.opening.id);
        return this.#queue.withdraw(record.opening);
      default:
        return record satisfies never;
    }
  }

  *lost() {
    for (const opening of this.open.values()) yield lostCompletion(opening, new Date(this.#lastSignOfLife));
  }

  #count(label: string): void {
    this.strange.set(label, (this.strange.get(label) ?? 0) + 1);
  }
}
