// Processes with a spool of their own, and what they are told: the other end of `spool-process.ts`.
import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { SpoolStats } from '@weir/infra/spool';

/** What can be ordered, and with what. */
export interface Order {
  readonly become: number;
  readonly open: string;
  readonly append: { readonly from: number; readonly to: number; readonly size: number };
  readonly pour: { readonly lanes: number };
  readonly adopt: null;
  readonly stats: null;
}

export interface Adopted {
  readonly name: string;
  readonly numbers: number[];
}

interface Answers {
  readonly adopt: Adopted[];
  readonly stats: SpoolStats;
}

export interface SpoolProcess {
  /** Resolves with the answer; rejects with the refusal, by name and message. One at a time. */
  tell<Name extends keyof Order>(
    order: Name,
    what: Order[Name],
  ): Promise<Name extends keyof Answers ? Answers[Name] : unknown>;
  /** The numbers whose append resolved, as far as it said so. */
  readonly acknowledged: number[];
  /** As soon as it has acknowledged so many. */
  hasAcknowledged(count: number): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** When it is gone, and everything that it said was heard. */
  kill(): Promise<void>;
}

type Said = Readonly<{ acknowledged?: number; answer?: unknown; refusal?: { name: string; message: string } }>;

const PROGRAM = fileURLToPath(new URL('spool-process.ts', import.meta.url));

/** `command` runs it: a limiter, say. */
export function startSpoolProcess(command: readonly string[] = []): SpoolProcess {
  const [program = '', ...args] = [...command, process.execPath, PROGRAM];
  const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const gone = Promise.all([once(child, 'exit'), once(child, 'disconnect')]);
  const acknowledged: number[] = [];
  const heard = new EventEmitter();
  child.on('message', (said: Said) => {
    if (said.acknowledged !== undefined) acknowledged.push(said.acknowledged);
    heard.emit(said.acknowledged === undefined ? 'outcome' : 'acknowledged', said);
  });
  const next = (event: string): Promise<Said> => {
    const early = gone.then(() => Promise.reject(new Error('The process ended.')));
    return Promise.race([once(heard, event).then(([said]) => said), early]);
  };

  return {
    tell: (order, what) => {
      child.send({ order, what });
      return next('outcome').then(answerOf);
    },
    acknowledged,
    async hasAcknowledged(count) {
      while (acknowledged.length < count) await next('acknowledged');
    },
    signal: (name) => void child.kill(name),
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

function answerOf({ answer, refusal }: Said): never {
  if (refusal !== undefined) throw Object.assign(new Error(refusal.message), { name: refusal.name });
  return answer as never;
}
