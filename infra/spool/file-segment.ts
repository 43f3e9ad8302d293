// A segment file that nobody writes any more → its records, in order. What of it cannot be read as a record is left out,
// and logged.
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Log } from '../log/log.ts';
import { RecordReader } from './record-reader.ts';
import type { Segment } from './spool.ts';

const CHUNK_BYTES = 256 * 1024;

export const createFileSegment = (path: string, log?: Pick<Log, 'warn'>): Segment => ({
  records: () => readSegment(path, log),
  remove: () => rm(path, { force: true }),
});

export async function* readSegment(path: string, log?: Pick<Log, 'warn'>): AsyncGenerator<object, void, void> {
  const reader = new RecordReader();
  try {
    const chunks = createReadStream(path, { highWaterMark: CHUNK_BYTES });
    for await (const chunk of chunks) yield* reader.push(chunk);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    log?.warn({ segment: path }, 'spool.segment_vanished');
  }
  yield* reader.end();
  const { bytes, places } = reader.leftOut;
  if (places > 0) log?.warn({ segment: path, bytes, places }, 'spool.damaged');
}
