// A segment file that nobody writes any more → its records, in order. What of it cannot be read as a record is left out,
// and logged.
import type { Buffer } from 'node:buffer';
import { createReadStream } from 'node:fs';
import type { Log } from '../log/log.ts';
import { RecordReader } from './record-reader.ts';

const CHUNK_BYTES = 256 * 1024;

interface Reading {
  readonly log?: Pick<Log, 'warn'> | undefined;
  /** What is read where there is no such file. */
  readonly instead?: () => readonly Buffer[];
}

export async function* readSegment(
  path: string,
  { log, instead = () => [] }: Reading = {},
): AsyncGenerator<object, void, void> {
  const reader = new RecordReader();
  try {
    const chunks = createReadStream(path, { highWaterMark: CHUNK_BYTES });
    for await (const chunk of chunks) yield* reader.push(chunk);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    log?.warn({ segment: path }, 'spool.segment_vanished');
    for (const bytes of instead()) yield* reader.push(bytes);
  }
  yield* reader.end();
  const { bytes, places } = reader.leftOut;
  if (places > 0) log?.warn({ segment: path, bytes, places }, 'spool.damaged');
}
