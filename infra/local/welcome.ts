// What is said when everything is up: where it is, and what to type next.
import type { App } from './app.ts';
import { type Everything, hasProvider } from './bring-up.ts';
import type { Progress } from './progress.ts';
import type { LocalSettings } from './settings.ts';

interface WelcomeOptions {
  readonly settings: LocalSettings;
  readonly env: NodeJS.ProcessEnv;
  readonly style: Progress['style'];
}

export function welcome(
  { gateway, worker, databaseUrl }: Everything,
  { settings, env, style }: WelcomeOptions,
): string {
  const base = new URL('/v1', gateway.url).href;
  const rows: [string, string][] = [
    ['Gateway', base],
    ['Metrics', metricsOf([gateway, worker]).join('  ')],
    ['PostgreSQL', settings.databaseUrl === undefined ? databaseUrl : withoutSecrets(databaseUrl)],
    ['Queue', settings.redisUrl === undefined ? 'on PostgreSQL' : `on Redis at ${new URL(settings.redisUrl).host}`],
    ['Answers', answersOf(settings)],
    ['Rows', 'npm run studio'],
  ];
  return [
    '',
    ...rows.map(([name, value]) => `  ${name.padEnd(12)} ${value}`),
    '',
    '  Stream a completion:',
    '',
    `  ${style('bold', curl(base, credential(settings, env)))}`,
    '',
    '  Ctrl-C stops everything; once more, at once.',
    '',
  ].join('\n');
}

function answersOf(settings: LocalSettings): string {
  if (hasProvider(settings)) return 'from your provider';
  return `from ${settings.simulatorUrl === undefined ? 'the' : 'your'} simulator; UPSTREAM_URL names a provider`;
}

const metricsOf = (apps: readonly App[]) =>
  apps.flatMap(({ metricsUrl }) => (metricsUrl === undefined ? [] : [new URL('/metrics', metricsUrl).href]));

/** The embedded password is no secret; in a URL that was given, more than the password may be. */
function withoutSecrets(databaseUrl: string): string {
  const { protocol, host, pathname } = new URL(databaseUrl);
  return `${protocol}//${host}${pathname}`;
}

function curl(base: string, credentials: readonly string[]): string {
  const body = { model: 'gpt-4o-mini', stream: true, messages: [{ role: 'user', content: 'Say hello.' }] };
  const type = "-H 'content-type: application/json'";
  return [`curl -N ${base}/chat/completions`, ...credentials, type, `-d '${JSON.stringify(body)}'`].join(' ');
}

function credential(settings: LocalSettings, env: NodeJS.ProcessEnv): string[] {
  const own = hasProvider(settings) && !env['UPSTREAM_API_KEY'] ? ['-H "authorization: Bearer $OPENAI_API_KEY"'] : [];
  return env['GATEWAY_KEYS'] || env['GATEWAY_KEYS_FILE'] ? ['-H "x-weir-key: $GATEWAY_KEY"', ...own] : own;
}
