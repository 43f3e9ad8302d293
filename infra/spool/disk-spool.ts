// The spool on this machine's disk: records → segments in a slot of our own in SPOOL_DIR, which other gateways of this
// machine share. An idle one writes nothing but its slot.
import { join } from 'node:path';
import type { Log } from '../log/log.ts';
import { createAdopt } from './adopt.ts';
import { createGroupCommit } from './group-commit.ts';
import { OwnSegments } from './own-segments.ts';
import { openOwnSlot } from './own-slot.ts';
import { encodeRecord } from './record.ts';
import { SegmentWriter } from './segment-writer.ts';
import { type Spool, SpoolUnwritable } from './spool.ts';
import { unwritable } from './unwritable.ts';

const MAX_SEGMENT_BYTES = 8 * 1024 * 1024;

interface SpoolOptions {
  readonly log?: Pick<Log, 'warn' | 'error'>;
  /** A single record may be larger. */
  readonly maxSegmentBytes?: number;
}

/** Rejects with SpoolUnwritable where the directory cannot be made or written. */
export async function openSpool(directory: string, options: SpoolOptions = {}): Promise<Spool> {
  const { log, maxSegmentBytes: maxBytes = MAX_SEGMENT_BYTES } = options;
  const refuse = (error: unknown): never => {
    throw unwritable(directory, error);
  };
  const slot = await openOwnSlot(directory, log).catch(refuse);
  const adopt = createAdopt(directory, log);
  const create = async (name: string) => SegmentWriter.create(join((await slot.find()).directory, name));
  const segments = new OwnSegments({ create, maxBytes, log });
  const commits = createGroupCommit((records) => segments.write(records).catch(refuse), { maxBytes });
  const seal = () => commits.alone(() => segments.seal());
  let isClosed = false;

  return {
    async append(record) {
      if (isClosed) throw new SpoolUnwritable('The spool is closed.');
      await commits.append(encodeRecord(record));
    },
    seal,
    async adopt() {
      return isClosed ? [] : await adopt(await commits.alone(slot.find).catch(refuse));
    },
    stats: () => segments.stats(),
    async close() {
      isClosed = true;
      await seal();
      await slot.release();
    },
  };
}
