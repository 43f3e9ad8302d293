import { expect, test } from '@jest/globals';
import { readSettings, SettingsError } from '@weir/infra/settings';
import { workerSettings } from './config.ts';

test('the defaults are those of the contract', () => {
  const defaults = Object.values(workerSettings).map(({ env, fallback }) => [env, fallback]);
  expect(Object.fromEntries(defaults)).toEqual({
    DATABASE_URL: 'postgresql://weir:weir@127.0.0.1:54329/weir',
    REDIS_URL: undefined,
    QUEUE_PREFIX: 'weir',
    BATCH_SIZE: 500,
    GATEWAY_LOST_AFTER_MS: 15_000,
    JOB_LOCK_MS: 10_000,
    METRICS_HOST: '127.0.0.1',
    METRICS_PORT: 9465,
    SHUTDOWN_TIMEOUT_MS: 30_000,
    LOG_LEVEL: 'info',
  });
});

test('a gateway is given two seconds at least, which may be set by a flag', () => {
  const read = (...argv: string[]) => readSettings(workerSettings, { env: { GATEWAY_LOST_AFTER_MS: '9000' }, argv });
  expect(read().gatewayLostAfterMs).toBe(9000);
  expect(read('--gateway-lost-after-ms', '2000').gatewayLostAfterMs).toBe(2000);
  expect(() => read('--gateway-lost-after-ms=1999')).toThrow(SettingsError);
});
