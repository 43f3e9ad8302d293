// Directories whose entries survive a power cut: a new name is on the disk only once its directory was synced.
import { mkdir, open, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** Like `mkdir -p`. Node's own never ends where a parent is there and says that it is not, as /proc does. */
export async function makeDirectory(directory: string): Promise<void> {
  const path = resolve(directory);
  const parent = dirname(path);
  if (await isDirectory(path)) return;
  if (!(await isDirectory(parent))) await makeDirectory(parent);
  await mkdir(path).catch(async (error) => {
    if (!(await isDirectory(path))) throw error; // somebody else may have been faster
  });
  await syncDirectory(parent);
}

export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory);
  await handle.sync().finally(() => handle.close());
}

const isDirectory = (path: string): Promise<boolean> =>
  stat(path).then(
    (there) => there.isDirectory(),
    (error) => (error.code === 'ENOENT' ? false : Promise.reject(error)),
  );
