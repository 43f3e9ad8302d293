// Directories whose entries survive a power cut: a new name is on the disk only once its directory was synced.
import { mkdir, open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** Like `mkdir -p`. */
export async function makeDirectory(directory: string): Promise<void> {
  const first = await mkdir(directory, { recursive: true });
  if (first === undefined) return;
  const top = dirname(resolve(first));
  for (let made = resolve(directory); made !== top; made = dirname(made)) await syncDirectory(dirname(made));
}

export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory);
  await handle.sync().finally(() => handle.close());
}
