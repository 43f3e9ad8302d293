import { describe, expect, test } from '@jest/globals';
import { readLocalSettings } from './settings.ts';

const read = (...argv: string[]) => readLocalSettings({ env: { PORT: '9000' }, argv });

describe('the arguments of npm start', () => {
  test('are its own where it knows them, whichever way their value is given', () => {
    expect(read('--weir-dir', '/tmp/w', '--redis-url=redis://r').settings).toMatchObject({
      weirDir: '/tmp/w',
      redisUrl: 'redis://r',
    });
  });

  test('win over the environment', () => {
    expect(read().settings.port).toBe(9000);
    expect(read('--port', '9001').settings.port).toBe(9001);
  });

  test("are the gateway's where it does not, unchanged and in order", () => {
    const argv = ['--strip-usage-frame', '--port', '9001', '--max-drains', '5', '--on-disconnect=abort'];
    expect(read(...argv).gatewayArgs).toEqual(['--strip-usage-frame', '--max-drains', '5', '--on-disconnect=abort']);
  });

  test('are refused by name', () => {
    expect(() => read('--port', 'eighty', '--postgres-port')).toThrow(
      '--port must be a whole number from 0 to 65535, not "eighty"',
    );
    expect(() => read('--postgres-port')).toThrow('--postgres-port needs a value');
  });
});

test('without a database, an upstream or a queue given, none is', () => {
  const { databaseUrl, upstreamUrl, weirConfig, redisUrl } = read().settings;
  expect([databaseUrl, upstreamUrl, weirConfig, redisUrl]).toEqual(Array(4).fill(undefined));
});
