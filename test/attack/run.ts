// All attacks, one after another and then all at once, on servers of its own.

import type { Attack, Scene, Tried } from '../support/hostile/attack.ts';
import { ATTACKS } from '../support/hostile/attacks/index.ts';
import { type Account, accountOf, createIds, imbalancesIn } from '../support/hostile/books.ts';
import { startPostgres } from '../support/private-postgres.ts';
import { startRedis } from '../support/private-redis.ts';
import { randomFrom } from '../support/random.ts';
import { troublesOfVerify } from '../support/verify.ts';
import { type Bounds, type Finding, wrongIn } from './findings.ts';
import { openPlace, type Place } from './place.ts';
import { progressOf } from './report.ts';
import { startTarget, type Target } from './target.ts';

export interface AttackOptions extends Bounds {
  readonly seconds: number;
  readonly seed: number;
  /** Names of attacks; none: all. */
  readonly only: readonly string[];
  readonly say: (line: string) => void;
  readonly stopping: AbortSignal;
}

export interface Outcome {
  readonly entries: readonly (readonly [Finding, Account])[];
  readonly wrong: readonly string[];
}

// Of all the time, for one after another; the rest is for all at once.
const APART = 0.7;

/** Whatever happens, what it started is ended when it is over. */
export async function attackAll(options: AttackOptions): Promise<Outcome> {
  const leaving: (() => Promise<void>)[] = [];
  try {
    const redis = await startRedis({ durable: true, detached: true });
    leaving.unshift(redis.remove);
    const postgres = await startPostgres();
    leaving.unshift(postgres.remove);
    const place = await openPlace({ queueOn: 'Redis', redisServer: redis.url, databaseServer: postgres.url });
    leaving.unshift(place.close);
    return await attackIn(place, options);
  } finally {
    for (const leave of leaving) await leave().catch((error: Error) => options.say(`left behind: ${error.message}`));
  }
}

async function attackIn(place: Place, options: AttackOptions): Promise<Outcome> {
  const { seed, only, stopping, seconds } = options;
  const random = randomFrom(seed);
  const attacks = random.shuffled(only.length === 0 ? ATTACKS : ATTACKS.filter(({ name }) => only.includes(name)));
  const rounds = attacks.length === 1 ? attacks : [...attacks, together(attacks)];
  const asked = new Set<string>();
  const findings: Finding[] = [];
  let target = await startTarget(place);
  const begun = performance.now();
  for (const [at, attack] of rounds.entries()) {
    if (stopping.aborted) break;
    if (target.dead.aborted) target = await replaced(target, place);
    const share = attacks.length === 1 ? 1 : at < attacks.length ? APART / attacks.length : 1 - APART;
    const scene = { url: target.url, random, id: createIds(tagOf(attack)) };
    findings.push(await oneRound({ attack, scene, target, ms: Math.ceil(seconds * 1000 * share), stopping }));
    options.say(progressOf(findings.at(-1) as Finding, (performance.now() - begun) / 1000));
    await noteAsked(place, asked);
  }
  await target.leave();
  return await settled({ place, findings, asked }, options);
}

/** What the x-request-ids of its requests begin with. */
const tagOf = ({ name }: Pick<Attack, 'name'>): string => name.replaceAll(/\W+/g, '-');

interface Round {
  readonly attack: Attack;
  readonly scene: Scene;
  readonly target: Target;
  readonly ms: number;
  readonly stopping: AbortSignal;
}

async function oneRound({ attack, scene, target, ms, stopping }: Round): Promise<Finding> {
  const over = new AbortController();
  setTimeout(() => over.abort(), ms); // an AbortSignal.timeout that nobody else holds on to is collected, and never comes
  const until = AbortSignal.any([over.signal, target.dead, stopping]);
  const { outcome, ...seen } = await target.watch(() => attack.run(scene, until));
  return { name: attack.name, answers: outcome.answers, ...seen };
}

async function replaced(target: Target, place: Place): Promise<Target> {
  await target.leave();
  return await startTarget(place);
}

function together(attacks: readonly Attack[]): Attack {
  return {
    name: 'all of these at once',
    async run(scene, until): Promise<Tried> {
      const all = await Promise.all(attacks.map((attack) => attack.run(scene, until)));
      const answers = new Map<string, number>();
      for (const [answer, count] of all.flatMap((tried) => [...tried.answers])) {
        answers.set(answer, (answers.get(answer) ?? 0) + count);
      }
      return { answers };
    },
  };
}

/** Often enough: the simulator remembers ten thousand requests, and no more. */
async function noteAsked({ installation, askedBadly }: Place, asked: Set<string>): Promise<void> {
  for (const id of await installation.asked('')) asked.add(id);
  for (const id of await askedBadly()) asked.add(id);
}

interface Siege {
  readonly place: Place;
  readonly findings: readonly Finding[];
  readonly asked: Set<string>;
}

async function settled({ place, findings, asked }: Siege, options: AttackOptions): Promise<Outcome> {
  const { installation } = place;
  const wrong = findings.flatMap((finding) => wrongIn(finding, options));
  if (options.stopping.aborted) return { entries: [], wrong: [...wrong, 'it was stopped before its end'] };
  await installation.untilAnswered('');
  await noteAsked(place, asked);
  const verified = await troublesOfVerify(installation, installation.gateway.spool);
  const rows = await installation.ledger.rows();
  const entries = findings.map((finding) => [finding, accountOf(tagOf(finding), asked, rows)] as const);
  return { entries, wrong: [...wrong, ...verified, ...imbalancesIn(asked, rows)] };
}
