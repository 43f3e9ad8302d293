import { expect, test } from '@jest/globals';
import { SpoolUnwritable } from './spool.ts';
import { unwritable } from './unwritable.ts';

const said = (code: string) => Object.assign(new Error(`${code}: as the system says it, write`), { code });

test.each([
  ['ENOSPC', 'the disk is full (ENOSPC)'],
  ['EDQUOT', 'the disk quota is used up (EDQUOT)'],
  ['EFBIG', 'a file may not grow that large here, by ulimit -f (EFBIG)'],
  ['EIO', 'the disk failed (EIO)'],
  ['EROFS', 'the file system is mounted read-only (EROFS)'],
  ['EACCES', 'this user may not write there (EACCES)'],
])('%s is told in words, with the directory', (code, cause) => {
  expect(unwritable('/var/spool', said(code)).message).toBe(`SPOOL_DIR /var/spool cannot be written: ${cause}`);
});

test('what has no words of ours is told in those of the system', () => {
  expect(unwritable('/var/spool', said('ENXIO')).message).toBe(
    'SPOOL_DIR /var/spool cannot be written: ENXIO: as the system says it, write',
  );
});

test('the cause is kept, for the log', () => {
  const cause = said('ENOSPC');
  const error = unwritable('/var/spool', cause);
  expect(error).toBeInstanceOf(SpoolUnwritable);
  expect(error).toMatchObject({ code: 'spool_unwritable', cause });
});
