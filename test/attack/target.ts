// The gateway that is attacked, with neighbours beside it and an eye on its memory; when it dies, another takes its place.
import type { ProcessEnd } from '../support/processes.ts';
import { forgetPeak, type Memory, memoryOf } from './memory.ts';
import { type Look, moveIn, type Neighbours } from './neighbours/neighbours.ts';
import type { Place } from './place.ts';
import { watchTurns } from './turns.ts';

interface Watched<T> {
  readonly outcome: T;
  readonly others: Look;
  /** The gateway's longest turn, of its thread's own CPU. */
  readonly turnMs: number;
  readonly memory: { readonly before: Memory; readonly after: Memory };
  /** Null while it lives; else what it said last. */
  readonly death: string | null;
}

export interface Target {
  readonly url: URL;
  /** Aborted when it is dead. */
  readonly dead: AbortSignal;
  /** What an attack does to it and to its neighbours. */
  watch<T>(attack: () => Promise<T>): Promise<Watched<T>>;
  /** As an operator stops it. */
  leave(): Promise<void>;
}

const LOOK_EVERY_MS = 100;

// So little that an attack meets the limits soon.
const LIMITS = {
  MAX_READING_BYTES: String(64 * 1024 ** 2),
  BODY_TIMEOUT_MS: '2000',
  HEAD_TIMEOUT_MS: '2000',
  SHUTDOWN_GRACE_MS: '0',
  LOG_LEVEL: 'warn',
};

export async function startTarget(place: Place): Promise<Target> {
  const turns = watchTurns();
  const gateway = await place.startGateway({ env: { ...LIMITS, ...turns.env }, nodeArgs: turns.nodeArgs });
  const neighbours = await moveIn(gateway.url, place.installation.upstreamUrl);
  const dying = new AbortController();
  void gateway.process.ended.then((end) => dying.abort(lastWords(end)));

  async function watch<T>(attack: () => Promise<T>): Promise<Watched<T>> {
    await neighbours.look();
    turns.longestMs();
    const memory = watchMemory(gateway.process.pid);
    const outcome = await attack();
    const others = await neighbours.look();
    const [turnMs, death] = [turns.longestMs(), dying.signal.reason ?? null];
    return { outcome, others, turnMs, memory: memory.stop(), death };
  }

  const leave = async () => {
    await neighbours.stop();
    if (!dying.signal.aborted) await gateway.process.stop();
    turns.forget();
  };
  await letSettle(neighbours);
  return { url: new URL(gateway.url), dead: dying.signal, watch, leave };
}

/** Until their code and the gateway's is warm. */
async function letSettle(neighbours: Neighbours): Promise<void> {
  for (let requests = 0; requests < 100; ) requests += (await neighbours.look()).requests;
}

function watchMemory(pid: number): { stop(): Watched<unknown>['memory'] } {
  forgetPeak(pid);
  const before = memoryOf(pid) ?? { rss: 0, peak: 0 };
  let after = before;
  const look = () => {
    after = memoryOf(pid) ?? after; // it is dead, and what was seen last is what it had
  };
  const looking = setInterval(look, LOOK_EVERY_MS);
  return {
    stop() {
      clearInterval(looking);
      look();
      return { before, after };
    },
  };
}

function lastWords({ code, signal, stdout, stderr }: ProcessEnd): string {
  const said = /FATAL ERROR.*/.exec(stderr)?.[0] ?? `${stdout}${stderr}`.trim().split('\n').at(-1);
  return said || `ended by ${signal ?? code}`;
}
