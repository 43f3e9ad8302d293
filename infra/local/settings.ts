// The settings of `npm start`. They reach every process through its environment; an argument that is none of these is
// the gateway's.

import { databaseUrl, logLevel, metricsHost, queuePrefix, redisUrl } from '../settings/both-apps.ts';
import { port, text } from '../settings/kinds.ts';
import { readSettings, type Setting, type Values } from '../settings/settings.ts';

const optional = <T>(setting: Setting<T>): Setting<T | undefined> => ({ ...setting, fallback: undefined });

export const localSettings = {
  weirDir: text({ env: 'WEIR_DIR', fallback: '.weir', help: 'where the embedded Postgres is kept' }),
  postgresPort: port({ env: 'POSTGRES_PORT', fallback: 54_329, help: "the embedded Postgres's port" }),
  databaseUrl: { ...optional(databaseUrl), help: 'a Postgres to use instead of the embedded one' },
  redisUrl,
  queuePrefix,
  upstreamUrl: text({ env: 'UPSTREAM_URL', fallback: undefined, help: 'the provider (absent: the simulator)' }),
  simulatorUrl: text({ env: 'SIMULATOR_URL', fallback: undefined, help: 'a simulator that runs already' }),
  weirConfig: text({ env: 'WEIR_CONFIG', fallback: undefined, help: 'a file with many providers' }),
  host: text({ env: 'HOST', fallback: '127.0.0.1', help: 'where the gateway listens' }),
  port: port({ env: 'PORT', fallback: 8080, help: "the gateway's port" }),
  metricsHost,
  metricsPort: port({
    env: 'METRICS_PORT',
    fallback: 9464,
    help: "the gateway's metrics; the worker's are one further",
  }),
  simulatorPort: port({ env: 'SIMULATOR_PORT', fallback: 0, help: "the simulator's port; 0 takes a free one" }),
  logLevel: { ...logLevel, fallback: 'warn' },
};

export type LocalSettings = Values<typeof localSettings>;

export function readLocalSettings(from: { env: NodeJS.ProcessEnv; argv: readonly string[] }): {
  settings: LocalSettings;
  gatewayArgs: string[];
} {
  const { own, others } = divide(from.argv);
  return { settings: readSettings(localSettings, { env: from.env, argv: own }), gatewayArgs: others };
}

const FLAGS = Object.values(localSettings).map(({ env }) => `--${env.toLowerCase().replaceAll('_', '-')}`);

/** Every flag of ours takes a value: behind `=`, or as the next argument. */
function divide(argv: readonly string[]): { own: string[]; others: string[] } {
  const own: string[] = [];
  const others: string[] = [];
  for (let at = 0; at < argv.length; at += 1) {
    const argument = argv[at] as string;
    if (FLAGS.includes(argument)) own.push(...argv.slice(at, ++at + 1));
    else (FLAGS.includes(argument.split('=')[0] as string) ? own : others).push(argument);
  }
  return { own, others };
}
