// The segments of this process: one that is written, and the sealed ones that wait to be taken away. It opens the next
// where one is full, sealed or not usable any more, knows by heart how much is in them all, and has their latest records
// in memory: what somebody removes is written again.
import { Buffer } from 'node:buffer';
import { access, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Log } from '../log/log.ts';
import { type Latest, LatestRecords } from './latest-records.ts';
import { readSegment } from './read-segment.ts';
import type { SegmentWriter } from './segment-writer.ts';
import { segmentName } from './slot-contents.ts';
import type { Segment, SpoolStats } from './spool.ts';

/** One that is written, with what is known of it. */
interface Written {
  /** Another one, where the file was removed. */
  writer: SegmentWriter;
  records: number;
  oldestAt: number | null;
}

interface OwnSegmentsOptions {
  readonly create: (name: string) => Promise<SegmentWriter>;
  readonly maxBytes: number;
  readonly log: Pick<Log, 'warn' | 'error'> | undefined;
  /** Runs it while nothing is written, sealed or mended. */
  readonly alone: <T>(act: () => Promise<T>) => Promise<T>;
}

export class OwnSegments {
  readonly #options: OwnSegmentsOptions;
  readonly #sealed = new Map<Segment, Written>();
  readonly #latest = new LatestRecords<Written>();
  #current: Written | undefined;
  #created = 0;

  constructor(options: OwnSegmentsOptions) {
    this.#options = options;
  }

  /** What one file refuses for good, a fresh one may still take. */
  async write(records: readonly Buffer[]): Promise<void> {
    const group = { records: records.length, bytes: Buffer.concat(records) };
    const before = this.#current;
    const written = await this.#roomFor(group.bytes);
    try {
      await this.#append(written, group);
    } catch (error) {
      if (written.writer.isUsable || written !== before) throw error;
      await this.mend();
      await this.#append(await this.#roomFor(group.bytes), group);
    }
  }

  async seal(): Promise<readonly Segment[]> {
    await this.#retire();
    return [...this.#sealed.keys()];
  }

  /** Writes the latest records of each file that somebody removed again. Rejects where the disk does not take them. */
  async mend(): Promise<void> {
    for (const written of this.#latest.owners()) {
      if (!(await isThere(written.writer.path))) await this.#writeAgain(written);
    }
  }

  stats(): SpoolStats {
    const all = [...this.#sealed.values(), ...(this.#current === undefined ? [] : [this.#current])];
    return {
      records: all.reduce((sum, { records }) => sum + records, 0),
      bytes: all.reduce((sum, { writer }) => sum + writer.bytes, 0),
      oldestAt: all.find(({ oldestAt }) => oldestAt !== null)?.oldestAt ?? null,
    };
  }

  async #roomFor(bytes: Buffer): Promise<Written> {
    if (this.#current !== undefined && !this.#hasRoom(this.#current.writer, bytes)) await this.#retire();
    this.#current ??= await this.#open();
    return this.#current;
  }

  #hasRoom(writer: SegmentWriter, { length }: Buffer): boolean {
    return writer.isUsable && (writer.bytes === 0 || writer.bytes + length <= this.#options.maxBytes);
  }

  async #open(): Promise<Written> {
    this.#created += 1;
    const writer = await this.#options.create(segmentName(this.#created));
    return { writer, records: 0, oldestAt: null };
  }

  async #append(written: Written, group: Latest): Promise<void> {
    const at = Date.now();
    await written.writer.write(group.bytes);
    written.records += group.records;
    written.oldestAt ??= at;
    this.#latest.add(written, group);
  }

  async #retire(): Promise<void> {
    const written = this.#current;
    this.#current = undefined;
    if (written !== undefined && written.records > 0) this.#keep(written); // it counts while it is closed, however long
    await written?.writer.close();
  }

  #keep(written: Written): void {
    const { log, alone } = this.#options;
    const instead = () => this.#latest.of(written).map(({ bytes }) => bytes);
    const remove = async () => {
      await rm(written.writer.path, { force: true });
      this.#latest.forget(written);
      this.#sealed.delete(segment);
    };
    const segment: Segment = {
      records: () => readSegment(written.writer.path, { log, instead }),
      remove: () => alone(remove),
    };
    this.#sealed.set(segment, written);
  }

  /** Under the name that it had, so that it stays in its place among the others, though perhaps in another slot. */
  async #writeAgain(written: Written): Promise<void> {
    const gone = written.writer;
    const latest = this.#latest.of(written);
    const writer = await this.#options.create(basename(gone.path));
    try {
      await writer.write(Buffer.concat(latest.map(({ bytes }) => bytes)));
    } catch (error) {
      await writer.close();
      throw error;
    }
    const records = latest.reduce((sum, group) => sum + group.records, 0);
    const lost = written.records - records;
    this.#options.log?.error({ segment: gone.path, records, lost }, 'spool.written_again');
    Object.assign(written, { writer, records });
    await gone.close();
    if (written !== this.#current) await writer.close();
  }
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
