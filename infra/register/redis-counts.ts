// The gateways' counts on Redis: one hash for all of them, with a field for each gateway's minute.
import type { Redis } from 'ioredis';
import type { Counts, MinuteCount } from './register.ts';

const FORGET = `
  for at = 1, #ARGV, 2 do
    if redis.call('HGET', KEYS[1], ARGV[at]) == ARGV[at + 1] then redis.call('HDEL', KEYS[1], ARGV[at]) end
  end`;

// A script takes some thousands of arguments, and not any number.
const PAGE = 1000;

interface Settings {
  readonly prefix: string;
  readonly soon: <T>(answer: Promise<T>) => Promise<T>;
}

export function createRedisCounts(redis: Redis, { prefix, soon }: Settings): Counts {
  const key = `${prefix}:counts`;
  return {
    async count(counts) {
      if (counts.length > 0) await soon(redis.hset(key, ...counts.flatMap(written)));
    },
    async counts() {
      return Object.entries(await redis.hgetall(key)).flatMap(read);
    },
    async forget(counts) {
      for (let at = 0; at < counts.length; at += PAGE) {
        await soon(redis.eval(FORGET, 1, key, ...counts.slice(at, at + PAGE).flatMap(written)));
      }
    },
  };
}

const written = ({ gateway, minute, opened, closed }: MinuteCount): string[] => [
  `${minute}:${gateway}`,
  `${opened}:${closed}`,
];

/** What another release wrote otherwise is left to it. */
function read([field, value]: [string, string]): MinuteCount[] {
  const [, minute, gateway] = /^(\d+):(.+)$/s.exec(field) ?? [];
  const [, opened, closed] = /^(\d+):(\d+)$/.exec(value) ?? [];
  if (gateway === undefined || opened === undefined) return [];
  return [{ gateway, minute: Number(minute), opened: Number(opened), closed: Number(closed) }];
}
