// The command line → what is to be measured, and how long.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readSettings, type Setting, type Values } from '@weir/infra/settings';
import { integer, onOff } from '@weir/infra/settings/kinds';
import { SCENARIOS } from './scenarios.ts';
import { gatewayIn } from './targets.ts';

export interface BenchOptions {
  readonly only: readonly string[];
  /** Undefined: of each scenario its own. */
  readonly rounds: number | undefined;
  readonly seconds: number;
  /** Requests that a process is asked before it is measured. */
  readonly rehearsed: number;
  readonly short: boolean;
  /** Another checkout, beside which this one is measured. */
  readonly against: string | undefined;
  readonly profGateway: boolean;
  /** Nothing left out, and no shorter than usual. */
  readonly whole: boolean;
}

const NAMES = SCENARIOS.map(({ name }) => name);
const MOST_ROUNDS = Math.max(...SCENARIOS.map(({ rounds }) => rounds));
// V8 goes on making code faster for some 20,000 requests.
const USUAL = { only: NAMES, rounds: undefined, seconds: 6, rehearsed: 20_000 };
const SHORT = { only: ['paced', 'burst', 'flood', 'ledger'], rounds: 3, seconds: 2, rehearsed: 10_000 };
const AGAINST = { only: ['paced', 'burst', 'json'], rounds: 20, seconds: 2, rehearsed: 20_000 };
const UNSAID = 0;

const only: Setting<readonly string[]> = {
  env: 'ONLY',
  help: `these scenarios, of ${NAMES.join(', ')}`,
  fallback: [],
  takes: `some of ${NAMES.join(', ')}, with commas between them`,
  read(text) {
    const names = text.split(',').map((name) => name.trim());
    return names.every((name) => NAMES.includes(name)) ? names : undefined;
  },
};

const against: Setting<string | undefined> = {
  env: 'AGAINST',
  help: `another checkout of Weir, ready to run: ${AGAINST.only.join(', ')} at both, in ${AGAINST.rounds} turns of ${AGAINST.seconds} seconds each`,
  fallback: undefined,
  takes: 'a directory with a checkout of Weir in which `npm ci` was run',
  read: (path) => (isReady(path) ? resolve(path) : undefined),
};

const isReady = (path: string): boolean =>
  [gatewayIn(pathToFileURL(`${resolve(path)}/`)), join(path, 'node_modules')].every(existsSync);

export const benchSettings = {
  only,
  rounds: integer({
    env: 'ROUNDS',
    min: 1,
    max: 100,
    fallback: UNSAID,
    help: `turns of each (up to ${MOST_ROUNDS}, as the scenario says; with --short ${SHORT.rounds})`,
  }),
  seconds: integer({
    env: 'SECONDS',
    min: 1,
    max: 600,
    fallback: UNSAID,
    help: `of a turn (${USUAL.seconds}; with --short ${SHORT.seconds})`,
  }),
  short: onOff({
    env: 'SHORT',
    fallback: false,
    help: `${SHORT.only.join(', ')} alone, in about a minute; ends with 1 where a ratio is over twice its bound in each round`,
  }),
  against,
  profGateway: onOff({ env: 'PROF_GATEWAY', fallback: false, help: 'leaves a CPU profile of the gateway' }),
};

/** Throws a SettingsError that names every bad one. */
export const optionsOf = (argv: readonly string[]): BenchOptions =>
  resolved(readSettings(benchSettings, { env: {}, argv }));

function resolved({ only: named, rounds, seconds, ...rest }: Values<typeof benchSettings>): BenchOptions {
  const usual = rest.short ? SHORT : rest.against === undefined ? USUAL : AGAINST;
  const wanted = {
    ...rest,
    only: named.length > 0 ? NAMES.filter((name) => named.includes(name)) : usual.only,
    rounds: rounds === UNSAID ? usual.rounds : rounds,
    rehearsed: usual.rehearsed,
    seconds: seconds === UNSAID ? usual.seconds : seconds,
  };
  const isLong = (wanted.rounds ?? MOST_ROUNDS) >= MOST_ROUNDS && wanted.seconds >= USUAL.seconds;
  const isPlain = !wanted.short && !wanted.profGateway && wanted.against === undefined;
  return { ...wanted, whole: isPlain && isLong && wanted.only.length === NAMES.length };
}
