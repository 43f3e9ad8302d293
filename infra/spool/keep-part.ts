// A segment that was shipped → what is kept of it, in a file beside it, and then in its place. A crash in between leaves
// both: then the whole one is shipped once more, and what is kept is written anew.
import { Buffer } from 'node:buffer';
import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { syncDirectory } from './durable-directory.ts';
import { readSegment } from './read-segment.ts';
import { encodeRecord } from './record.ts';
import { SegmentWriter } from './segment-writer.ts';
import { keptName } from './slot-contents.ts';

/** Resolves when nothing of the segment is left but what is kept. Where nothing is, it need not be read. */
export async function keepPart(path: string, isKept?: (record: object) => boolean): Promise<void> {
  const kept = keptPathOf(path);
  const records = isKept === undefined ? [] : await recordsIn(path, isKept);
  if (records.length > 0) await replace(kept, records);
  else await rm(kept, { force: true });
  if (path !== kept) await rm(path, { force: true });
}

const keptPathOf = (path: string): string => join(dirname(path), keptName(basename(path)));

async function recordsIn(path: string, isWanted: (record: object) => boolean): Promise<object[]> {
  const records: object[] = [];
  for await (const record of readSegment(path)) if (isWanted(record)) records.push(record);
  return records;
}

/** In one step, on the disk when it resolves. */
async function replace(path: string, records: readonly object[]): Promise<void> {
  const fresh = `${path}.new`;
  await rm(fresh, { force: true }); // of one that died here
  const writer = await SegmentWriter.create(fresh);
  await writer.write(Buffer.concat(records.map(encodeRecord))).finally(() => writer.close());
  await rename(fresh, path);
  await syncDirectory(dirname(path));
}
