// PostgreSQL refuses to run as root. Where root starts it, it runs as somebody else, and that somebody must be able to
// reach its files.
import { execFileSync } from 'node:child_process';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Problem } from './problem.ts';

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Whom to run as; undefined: as ourselves. */
export function accountFor(directory: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const account = ownerOf(directory) ?? accountNamed('postgres') ?? accountNamed('nobody');
  if (account !== undefined) return account;
  throw new Problem(['PostgreSQL does not run as root. Run this as an ordinary user, or set DATABASE_URL.']);
}

/** Throws a Problem that says who may not enter which directory, and what to do. */
export function demandAccess(directory: string, account: Account | undefined): void {
  const closed = firstClosed(directory, account);
  if (closed === undefined) return;
  throw new Problem([
    `PostgreSQL does not run as root, so it would run as ${account?.name} here, who may not enter ${closed}.`,
    `Either let it in with chmod o+x ${closed}, or keep the data elsewhere, as in WEIR_DIR=/var/lib/weir,`,
    'or run this as an ordinary user, or use a database of your own with DATABASE_URL.',
  ]);
}

/** The outermost directory on the way that the account may not enter. */
export function firstClosed(directory: string, account: Account | undefined): string | undefined {
  return account && wayTo(realpathSync(directory)).find((step) => !mayEnter(step, account));
}

/** Data belongs to whoever made it, though a better account should turn up later. */
function ownerOf(directory: string): Account | undefined {
  if (!existsSync(directory)) return undefined;
  const { uid, gid } = statSync(directory);
  return uid === 0 ? undefined : { name: `user ${uid}`, uid, gid };
}

function accountNamed(name: string): Account | undefined {
  const id = (flag: string) => Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { name, uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}

function wayTo(directory: string): string[] {
  const parent = dirname(directory);
  return parent === directory ? [directory] : [...wayTo(parent), directory];
}

function mayEnter(directory: string, account: Account): boolean {
  const { mode, uid, gid } = statSync(directory);
  if (uid === account.uid) return (mode & 0o100) !== 0;
  if (gid === account.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}
