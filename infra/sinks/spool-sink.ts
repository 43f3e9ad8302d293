// Keeps openings and completions on this machine's disk, while the queue is away. What it writes, spool-record.ts reads.
import { type Spool, SpoolUnwritable } from '../spool/spool.ts';
import { withTimeout } from '../time/with-timeout.ts';
import type { RecordSink } from './sink.ts';
import type { SpoolRecord } from './spool-record.ts';

// A disk that is merely slow may take a second; one that hangs says nothing at all.
const DISK_TIMEOUT_MS = 5000;
const hangs = () => new SpoolUnwritable(`the disk of SPOOL_DIR did not answer in ${DISK_TIMEOUT_MS} ms`);

export function createSpoolSink(spool: Spool): RecordSink {
  const append = (record: SpoolRecord) => withTimeout(spool.append(record), DISK_TIMEOUT_MS, hangs);
  return {
    open: (opening) => append({ at: Date.now(), verb: 'open', opening }),
    close: (completion) => append({ at: Date.now(), verb: 'close', completion }),
    withdraw: (opening) => append({ at: Date.now(), verb: 'withdraw', opening }),
  };
}
