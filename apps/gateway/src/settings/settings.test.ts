import { describe, expect, test } from '@jest/globals';
import { readSettings, SettingsError } from '@weir/infra/settings';
import { gatewaySettings } from './settings.ts';

const read = (env: Record<string, string>, argv: string[] = []) => readSettings(gatewaySettings, { env, argv });

function problemOf(env: Record<string, string>): string {
  try {
    read(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
  }
  return 'none';
}

test('the defaults are those of the contract', () => {
  const defaults = Object.values(gatewaySettings).map(({ env, fallback }) => [env, fallback]);
  expect(Object.fromEntries(defaults)).toEqual({
    DATABASE_URL: 'postgresql://weir:weir@127.0.0.1:54329/weir',
    REDIS_URL: undefined,
    QUEUE_PREFIX: 'weir',
    HOST: '127.0.0.1',
    PORT: 8080,
    METRICS_HOST: '127.0.0.1',
    METRICS_PORT: 9464,
    WEB_CONCURRENCY: 1,
    UPSTREAM_URL: undefined,
    SIMULATOR_URL: undefined,
    UPSTREAM_API_KEY: undefined,
    WEIR_CONFIG: undefined,
    GATEWAY_KEYS: [],
    GATEWAY_KEYS_FILE: undefined,
    OPEN: 'no',
    CORS_ORIGINS: [],
    PUBLIC_HOSTS: [],
    PASS_THROUGH: 'safe',
    LOG_LEVEL: 'info',
    STRIP_USAGE_FRAME: 'never',
    TRAILING_METADATA: false,
    ON_DISCONNECT: 'drain',
    CALLER_MAY_ABORT: false,
    DRAIN_TIMEOUT_MS: 600_000,
    MAX_DRAINS: 1000,
    CLIENT_STALL_MS: 60_000,
    MAX_STREAMS: 10_000,
    MAX_CONNECTIONS: 20_000,
    HEAD_TIMEOUT_MS: 30_000,
    MAX_HEAD_BYTES: 16_384,
    IDLE_CONNECTION_MS: 75_000,
    KEEPALIVE_MS: 0,
    SPOOL_DIR: '.weir/spool',
    CHANNEL_CHUNKS: 32,
    CHANNEL_BYTES: 262_144,
    CONNECT_TIMEOUT_MS: 10_000,
    HEADERS_TIMEOUT_MS: 600_000,
    IDLE_TIMEOUT_MS: 300_000,
    SHUTDOWN_GRACE_MS: 2000,
    SHUTDOWN_TIMEOUT_MS: 30_000,
    MAX_BODY_BYTES: 52_428_800,
    MAX_UPLOAD_BYTES: 536_870_912,
    UPLOAD_DIR: '.weir/uploads',
    UPLOAD_DIR_BYTES: 2_147_483_648,
    MAX_READING_BYTES: 0,
    BODY_TIMEOUT_MS: 60_000,
    MAX_FRAME_BYTES: 8_388_608,
  });
});

test('what holds a key, or a database, is a secret', () => {
  const secrets = Object.values(gatewaySettings).filter((setting) => 'secret' in setting && setting.secret === true);
  expect(secrets.map(({ env }) => env).sort()).toEqual([
    'DATABASE_URL',
    'GATEWAY_KEYS',
    'REDIS_URL',
    'UPSTREAM_API_KEY',
    'UPSTREAM_URL',
  ]);
});

describe('flags', () => {
  test('win over the environment', () => {
    expect(read({ PORT: '1', MAX_DRAINS: '2' }, ['--port', '3', '--max-drains=4'])).toMatchObject({
      port: 3,
      maxDrains: 4,
    });
  });

  test('that stand alone mean what is usually meant', () => {
    expect(read({}, ['--strip-usage-frame', '--trailing-metadata'])).toMatchObject({
      stripUsageFrame: 'always',
      trailingMetadata: true,
    });
    expect(read({}, ['--strip-usage-frame', 'unrequested', '--trailing-metadata', 'off'])).toMatchObject({
      stripUsageFrame: 'unrequested',
      trailingMetadata: false,
    });
  });
});

test('keys are a list, however they are spaced', () => {
  expect(read({ GATEWAY_KEYS: ' a, b ,,c' }).gatewayKeys).toEqual(['a', 'b', 'c']);
});

test('origins and host names are lists, too', () => {
  const origins = 'https://app.example.com, http://localhost:3000,chrome-extension://abcdef';
  expect(read({ CORS_ORIGINS: origins, PUBLIC_HOSTS: 'weir.internal,weir' })).toMatchObject({
    corsOrigins: ['https://app.example.com', 'http://localhost:3000', 'chrome-extension://abcdef'],
    publicHosts: ['weir.internal', 'weir'],
  });
});

describe('a wrong value names itself', () => {
  test.each([
    ['PORT', '70000'],
    ['WEB_CONCURRENCY', '0'],
    ['WEB_CONCURRENCY', '-1'],
    ['WEB_CONCURRENCY', '1.5'],
    ['WEB_CONCURRENCY', 'x'],
    ['MAX_DRAINS', '-1'],
    ['MAX_CONNECTIONS', '0'],
    ['HEAD_TIMEOUT_MS', '0'],
    ['MAX_HEAD_BYTES', '1023'],
    ['IDLE_CONNECTION_MS', '0'],
    ['CHANNEL_CHUNKS', '0'],
    ['CHANNEL_BYTES', '1e6'],
    ['CLIENT_STALL_MS', '0'],
    ['IDLE_TIMEOUT_MS', '2147483648'],
    ['MAX_FRAME_BYTES', '1023'],
    ['MAX_BODY_BYTES', '50MB'],
    ['STRIP_USAGE_FRAME', 'sometimes'],
    ['TRAILING_METADATA', 'maybe'],
    ['ON_DISCONNECT', 'leave'],
    ['CALLER_MAY_ABORT', 'sometimes'],
    ['LOG_LEVEL', 'loud'],
    ['OPEN', 'perhaps'],
    ['CORS_ORIGINS', '*'],
    ['CORS_ORIGINS', 'https://*.example.com'],
    ['CORS_ORIGINS', 'app.example.com'],
    ['CORS_ORIGINS', 'https://app.example.com/'],
    ['CORS_ORIGINS', 'https://app.example.com:443'],
    ['CORS_ORIGINS', 'https://App.example.com'],
    ['CORS_ORIGINS', 'https://a.example.com, null'],
    ['PUBLIC_HOSTS', '*'],
    ['PUBLIC_HOSTS', 'weir.internal:8080'],
    ['PUBLIC_HOSTS', 'http://weir.internal'],
    ['UPSTREAM_URL', 'api.openai.com/v1'],
    ['REDIS_URL', 'http://localhost'],
    ['DATABASE_URL', 'mysql://localhost'],
  ])('%s', (env, value) => {
    expect(problemOf({ [env]: value })).toMatch(`${env} must be `);
  });

  test.each([
    ['REDIS_URL', 'http://user:secret@localhost'],
    ['DATABASE_URL', 'mysql://user:secret@localhost'],
  ])('%s, and not what secret it held', (env, value) => {
    expect(problemOf({ [env]: value })).not.toContain('secret@');
  });
});
