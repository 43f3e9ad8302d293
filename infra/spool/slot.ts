// A slot: the directory in SPOOL_DIR that one process writes, claimed for as long as that process lives. It appears
// there claimed, so that none looks dead whose owner is still starting; and no name is ever used twice.
import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Claim, claimSocket, isClaimed } from '../claim/claim-socket.ts';
import { makeDirectory, syncDirectory } from './durable-directory.ts';

export interface Slot {
  readonly name: string;
  readonly directory: string;
  /** Lets go of it, and removes it where nothing is in it. */
  release(): Promise<void>;
}

const LOCK = 'lock';
const MOST_ATTEMPTS = 10;

export async function openSlot(spool: string): Promise<Slot> {
  await makeDirectory(spool);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await claimSlot(spool);
    } catch (error) {
      // In the instant between its making and its claim, one that looks for the dead may have taken it.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === MOST_ATTEMPTS) throw error;
    }
  }
}

async function claimSlot(spool: string): Promise<Slot> {
  const name = freshName();
  const starting = join(spool, `.${name}`);
  const directory = join(spool, name);
  let claim: Claim | undefined;
  await mkdir(starting);
  try {
    claim = await claimSocket(join(starting, LOCK));
    await rename(starting, directory);
    await syncDirectory(spool);
  } catch (error) {
    await claim?.release();
    await removeSlot(starting);
    throw error;
  }
  const { release } = claim;
  return { name, directory, release: () => release().then(() => removeSlot(directory)) };
}

/** Short, because a socket's path is; and in the order of their making. */
export const freshName = () => `${Date.now().toString(36)}-${randomBytes(3).toString('hex')}`;

export const isSlotName = (name: string): boolean => /^\.?[0-9a-z]{1,9}-[0-9a-f]{6}$/.test(name);

export const isSlotAlive = (directory: string): Promise<boolean> => isClaimed(join(directory, LOCK));

/** One that nobody claims: unless something is in it, and then it stays for whoever adopts it. */
export async function removeSlot(directory: string): Promise<void> {
  try {
    await rm(join(directory, LOCK), { force: true });
    await rmdir(directory);
  } catch {
    // Not empty, gone already, or not to be written now.
  }
}
