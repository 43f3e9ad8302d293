// A copy of the checkout that may be broken, with the same dependencies.
import { cp, mkdir, mkdtemp, readdir, readlink, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COPIED = [
  'apps',
  'infra',
  'prisma',
  'test',
  'docs',
  'README.md',
  'weir.example.yaml',
  'package.json',
  'jest.config.mjs',
];
const OWN = '@weir';

export interface Scratch {
  readonly directory: string;
  remove(): Promise<void>;
}

export async function makeScratch(): Promise<Scratch> {
  const directory = await mkdtemp(join(tmpdir(), 'weir-mutants-'));
  for (const name of COPIED) await cp(join(ROOT, name), join(directory, name), { recursive: true });
  await linkDependencies(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}

/** The workspaces' own links lead to where they lie: they are made again, and lead into the copy. */
async function linkDependencies(from: string, to: string): Promise<void> {
  await mkdir(join(to, OWN), { recursive: true });
  for (const name of await readdir(from)) if (name !== OWN) await symlink(join(from, name), join(to, name));
  for (const name of await readdir(join(from, OWN))) {
    const link = join(to, OWN, name);
    await symlink(join(dirname(link), await readlink(join(from, OWN, name))), link);
  }
}
