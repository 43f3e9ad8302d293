// An installation that a test puts together by hand, request by request, and looks at as an operator does.
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRegister } from '@weir/infra/register/open';
import { createSpoolSink } from '@weir/infra/sinks/spool';
import { openSpool } from '@weir/infra/spool/open';
import type { Completion } from '@weir/ledger/completion';
import { createPrismaLedger } from '@weir/ledger/prisma-ledger';
import { type ProcessEnd, runProcess } from '../support/processes.ts';
import { opening } from '../support/register-openings.ts';
import { completion } from '../support/worker-completions.ts';
import { openWorkerHome, type QueueOn, type WorkerHome } from '../support/worker-home.ts';

type Spooled = readonly [verb: 'open' | 'close', id: string];

export interface Scene {
  readonly home: WorkerHome;
  readonly spoolDir: string;
  open(gateway: string, id: string): Promise<void>;
  /** From now on its heart beats, until it is told to stop. */
  keepAlive(gateway: string): () => void;
  row(own: Partial<Completion>): Promise<void>;
  /** A slot with these records, and a process that has it in its care until it is told to go. */
  spool(...records: readonly Spooled[]): Promise<{ go(): Promise<void> }>;
  file(...lines: string[]): Promise<string>;
  verify(...args: string[]): Promise<ProcessEnd & { output: string; lines: string[] }>;
  /** Before all else is left. */
  atTheEnd(act: () => unknown): void;
  leave(): Promise<void>;
}

const BEAT_MS = 500;

export async function openScene(queueOn: QueueOn): Promise<Scene> {
  const home = await openWorkerHome({ queueOn });
  const directory = await mkdtemp(join(tmpdir(), 'weir-verify-'));
  const spoolDir = join(directory, 'spool');
  await mkdir(spoolDir);
  const register = openRegister(home.location, { timeoutMs: 5000 });
  const ledger = createPrismaLedger(home.location.databaseUrl);
  const leaving: (() => unknown)[] = [];

  function keepAlive(gateway: string): () => void {
    const beating = setInterval(() => void register.beat(gateway).catch(() => undefined), BEAT_MS);
    const stop = () => clearInterval(beating);
    leaving.push(stop);
    return stop;
  }

  async function spool(...records: readonly Spooled[]) {
    const own = await openSpool(spoolDir);
    const sink = createSpoolSink(own);
    for (const [verb, id] of records) {
      await (verb === 'open' ? sink.open(opening({ id })) : sink.close(completion({ id })));
    }
    const go = () => own.close();
    leaving.push(go);
    return { go };
  }

  async function file(...lines: string[]): Promise<string> {
    const path = join(directory, `${randomUUID()}.txt`);
    await writeFile(path, lines.join('\n'));
    return path;
  }

  async function verify(...args: string[]) {
    const end = await runProcess('infra/verify/main.ts', { args, env: { ...home.env, SPOOL_DIR: spoolDir } });
    return { ...end, lines: end.stdout.trimEnd().split('\n') };
  }

  async function leave(): Promise<void> {
    for (const act of leaving) await act();
    await Promise.all([register.close(), ledger.close()]);
    await home.leave();
    await rm(directory, { recursive: true, force: true });
  }

  return {
    home,
    spoolDir,
    open: (gateway, id) => register.open(opening({ gateway, id })),
    keepAlive,
    row: async (own) => void (await ledger.post([{ ...completion(own), cost: null, costSource: null, price: null }])),
    spool,
    file,
    verify,
    atTheEnd: (act) => void leaving.push(act),
    leave,
  };
}
