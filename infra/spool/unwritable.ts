// What the system said when the spool could not be written → a sentence that an operator can act on.
import { SpoolUnwritable } from './spool.ts';

const CAUSES: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'a file may not grow that large here, by ulimit -f',
  EIO: 'the disk failed',
  EROFS: 'the file system is mounted read-only',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  ENOENT: 'it is not there any more',
  ENOTDIR: 'something in its path is not a directory',
  EEXIST: 'there is a file of that name',
  EMFILE: 'this process has too many open files',
  ENFILE: 'this machine has too many open files',
};

export function unwritable(directory: string, error: unknown): SpoolUnwritable {
  const { code = '' } = error as NodeJS.ErrnoException;
  const cause = CAUSES[code] ?? (error as Error).message;
  const named = code in CAUSES ? ` (${code})` : '';
  return new SpoolUnwritable(`SPOOL_DIR ${directory} cannot be written: ${cause}${named}`, { cause: error });
}
