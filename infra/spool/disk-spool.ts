// The spool on this machine's disk: records → segments in a slot of our own in SPOOL_DIR, which other gateways of this
// machine share. An idle one writes nothing but its slot.
import { join } from 'node:path';
import type { Log } from '../log/log.ts';
import { createAdopt } from './adopt.ts';
import { createGroupCommit } from './group-commit.ts';
import { KeptSlots } from './kept-slots.ts';
import { OwnSegments } from './own-segments.ts';
import { openOwnSlot } from './own-slot.ts';
import { encodeRecord } from './record.ts';
import { SegmentWriter } from './segment-writer.ts';
import { type Spool, type SpoolStats, SpoolUnwritable } from './spool.ts';
import { unwritable } from './unwritable.ts';

const MAX_SEGMENT_BYTES = 8 * 1024 * 1024;
const LOOK_EVERY_MS = 1000;

interface SpoolOptions {
  readonly log?: Pick<Log, 'warn' | 'error'>;
  /** A single record may be larger. */
  readonly maxSegmentBytes?: number;
}

export interface DiskSpool extends Spool {
  /** Records in the directory that whoever adopted them could not read, as far as they were seen. */
  kept(): number;
}

/** Rejects with SpoolUnwritable where the directory cannot be made or written. */
export async function openSpool(directory: string, options: SpoolOptions = {}): Promise<DiskSpool> {
  const { log, maxSegmentBytes: maxBytes = MAX_SEGMENT_BYTES } = options;
  const refuse = (error: unknown): never => {
    throw unwritable(directory, error);
  };
  const slot = await openOwnSlot(directory, log).catch(refuse);
  const kept = new KeptSlots(directory);
  const adopt = createAdopt({ spool: directory, kept, log });
  const create = async (name: string) => SegmentWriter.create(join((await slot.find()).directory, name));
  const alone = <T>(act: () => Promise<T>) => commits.alone(act);
  const segments = new OwnSegments({ create, maxBytes, log, alone });
  const commits = createGroupCommit((records) => segments.write(records).catch(refuse), { maxBytes });
  const seal = () => commits.alone(() => segments.seal());
  const mend = () => commits.alone(() => segments.mend()).catch(refuse);
  const looking = lookAfter({ mend, stats: () => segments.stats() }, log);
  let isClosed = false;

  return {
    async append(record) {
      if (isClosed) throw new SpoolUnwritable('The spool is closed.');
      await commits.append(encodeRecord(record));
    },
    seal,
    async adopt(isReadable = () => true) {
      return isClosed ? [] : await adopt(await commits.alone(slot.find).catch(refuse), isReadable);
    },
    kept: () => kept.records,
    stats: () => segments.stats(),
    async close() {
      isClosed = true;
      clearInterval(looking);
      await mend().catch(() => undefined); // said already
      await seal();
      await slot.release();
    },
  };
}

/** Somebody may remove what nobody is about to look at: it is missed within a second, and not with the next request. */
function lookAfter(
  { mend, stats }: { mend(): Promise<void>; stats(): SpoolStats },
  log?: Pick<Log, 'error'>,
): NodeJS.Timeout {
  let isLooking = false;
  let said = false;
  return setInterval(async () => {
    if (isLooking || stats().records === 0) return;
    isLooking = true;
    try {
      await mend();
      said = false;
    } catch (error) {
      if (!said) log?.error({ error }, 'spool.not_written_again');
      said = true;
    }
    isLooking = false;
  }, LOOK_EVERY_MS).unref();
}
