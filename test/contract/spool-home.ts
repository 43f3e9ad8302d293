// A SPOOL_DIR of a suite's own, and what stands in it.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Segment, Spool } from '@weir/infra/spool';
import { inspectSpool } from '@weir/infra/spool/inspect';
import { type DiskSpool, openSpool } from '@weir/infra/spool/open';

export interface SpoolHome {
  readonly directory: string;
  /** Closed when the home is left, unless it was before. */
  open(options?: { maxSegmentBytes?: number }): Promise<DiskSpool>;
  /** A slot whose process is gone, with these in it. */
  openDead(...numbers: number[]): Promise<void>;
  /** The events that its spools logged: none of them is of an ordinary day. */
  readonly logged: readonly string[];
  /** What stands in SPOOL_DIR, and in its slots. */
  slots(): Promise<string[]>;
  /** The path of the one slot that there is. */
  slot(): Promise<string>;
  files(): Promise<string[]>;
  leave(): Promise<void>;
}

export async function openSpoolHome(disk = tmpdir()): Promise<SpoolHome> {
  const parent = await mkdtemp(join(disk, 'weir-spool-'));
  const directory = join(parent, 'spool');
  const opened: Spool[] = [];
  const logged: string[] = [];
  const keep = (...said: unknown[]) => void logged.push(String(said.at(-1)));

  async function open(options?: { maxSegmentBytes?: number }): Promise<DiskSpool> {
    const spool = await openSpool(directory, { ...options, log: { warn: keep, error: keep } });
    opened.push(spool);
    return spool;
  }

  async function openDead(...numbers: number[]): Promise<void> {
    const spool = await open();
    await append(spool, ...numbers);
    await spool.close();
  }

  async function leave(): Promise<void> {
    for (const spool of opened) await spool.close();
    await rm(parent, { recursive: true, force: true });
  }

  const slots = async () => (await readdir(directory)).sort();
  const files = async () => (await Promise.all((await slots()).map((slot) => readdir(join(directory, slot))))).flat();
  const slot = async () => {
    const [only, ...others] = await slots();
    if (only === undefined || others.length > 0) throw new Error(`There are ${others.length} slots beside ${only}`);
    return join(directory, only);
  };
  return { directory, open, openDead, logged, slots, slot, files: async () => (await files()).sort(), leave };
}

export const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, at) => from + at);

export const append = (spool: Spool, ...numbers: number[]): Promise<unknown> =>
  Promise.all(numbers.map((n) => spool.append({ n })));

type Readable = Pick<Segment, 'records'>;

export async function recordsIn(segments: readonly Readable[]): Promise<object[]> {
  const records: object[] = [];
  for (const segment of segments) for await (const record of segment.records()) records.push(record);
  return records;
}

export const numbersIn = async (segments: readonly Readable[]): Promise<number[]> =>
  (await recordsIn(segments)).map((record) => (record as { n: number }).n);

export const segmentFile = (number: number): string => `${String(number).padStart(6, '0')}.spool`;

/** By slot, as from outside. */
export async function inspect(directory: string): Promise<{ slot: string; alive: boolean; numbers: number[] }[]> {
  const slots = [];
  for await (const { slot, alive, records } of inspectSpool(directory)) {
    slots.push({ slot, alive, numbers: await numbersIn([{ records: () => records }]) });
  }
  return slots;
}
