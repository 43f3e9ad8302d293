// The segments of this process: one that is written, and the sealed ones that wait to be taken away. It opens the next
// where one is full, sealed or not usable any more, and knows by heart how much is in them all.
import { Buffer } from 'node:buffer';
import type { Log } from '../log/log.ts';
import { createFileSegment } from './file-segment.ts';
import type { SegmentWriter } from './segment-writer.ts';
import { segmentName } from './slot-contents.ts';
import type { Segment, SpoolStats } from './spool.ts';

/** One that is written, with what is known of it. */
interface Written {
  readonly writer: SegmentWriter;
  records: number;
  oldestAt: number | null;
}

interface OwnSegmentsOptions {
  readonly create: (name: string) => Promise<SegmentWriter>;
  readonly maxBytes: number;
  readonly log: Pick<Log, 'warn'> | undefined;
}

export class OwnSegments {
  readonly #options: OwnSegmentsOptions;
  readonly #sealed = new Map<Segment, Written>();
  #current: Written | undefined;
  #created = 0;

  constructor(options: OwnSegmentsOptions) {
    this.#options = options;
  }

  /** What one file refuses for good, a fresh one may still take. */
  async write(records: readonly Buffer[]): Promise<void> {
    const bytes = Buffer.concat(records);
    const before = this.#current;
    const written = await this.#roomFor(bytes);
    try {
      await append(written, records.length, bytes);
    } catch (error) {
      if (written.writer.isUsable || written !== before) throw error;
      await append(await this.#roomFor(bytes), records.length, bytes);
    }
  }

  async seal(): Promise<readonly Segment[]> {
    await this.#retire();
    return [...this.#sealed.keys()];
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

  async #retire(): Promise<void> {
    const written = this.#current;
    this.#current = undefined;
    await written?.writer.close();
    if (written !== undefined && written.records > 0) this.#keep(written);
  }

  #keep(written: Written): void {
    const file = createFileSegment(written.writer.path, this.#options.log);
    const remove = async () => {
      await file.remove();
      this.#sealed.delete(segment);
    };
    const segment: Segment = { records: file.records, remove };
    this.#sealed.set(segment, written);
  }
}

async function append(written: Written, records: number, bytes: Buffer): Promise<void> {
  const at = Date.now();
  await written.writer.write(bytes);
  written.records += records;
  written.oldestAt ??= at;
}
