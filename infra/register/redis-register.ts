// The register on Redis: a hash of openings for each gateway, one hash of heartbeats for all of them, and one of counts.
// Its commands go over a connection that is somebody else's; what a turn opens goes out as one command, and so does what it retires.
import type { Opening } from '@weir/ledger/opening';
import type { Redis } from 'ioredis';
import { gathered } from '../batcher/gathered.ts';
import { createRedisCounts } from './redis-counts.ts';
import type { Register } from './register.ts';

const PAGE = 1000;
const STOOD_STILL_MS = 3000;

// A gateway that leaves openings behind stays listed, with the 0 of one that never beat, until whoever retires them has
// it leave once more. One that has beaten since it was last seen stays as it is.
const LEAVE = `
  if ARGV[2] ~= '' and redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
  if redis.call('EXISTS', KEYS[2]) == 1 then return redis.call('HSET', KEYS[1], ARGV[1], 0) end
  return redis.call('HDEL', KEYS[1], ARGV[1])`;

interface Retired {
  readonly gateway: string;
  readonly id: string;
}

interface Settings {
  readonly prefix: string;
  /** How long an answer is waited for. */
  readonly soon?: <T>(answer: Promise<T>) => Promise<T>;
}

export function createRedisRegister(redis: Redis, { prefix, soon = (answer) => answer }: Settings): Register {
  const gatewaysKey = `${prefix}:gateways`;
  const openingsKey = (gateway: string) => `${prefix}:openings:${gateway}`;

  // A gateway with openings must be listed, though it never beat; and not by a scan for its key, which would go through
  // all of BullMQ's. Listing it with each opening would double the commands of the hottest path: only the first over each
  // connection does, for behind a new one may be a Redis that forgot.
  const listed = new Set<string>();
  let beatAt = performance.now();
  const forget = () => listed.clear();
  redis.on('close', forget);

  /** Sent ahead of the opening: with the opening's answer, this has happened too. */
  async function list(gateway: string): Promise<void> {
    if (performance.now() - beatAt > STOOD_STILL_MS) listed.clear(); // it may have been taken for dead, and forgotten
    if (listed.has(gateway)) return;
    listed.add(gateway);
    try {
      await redis.hsetnx(gatewaysKey, gateway, 0);
    } catch (error) {
      listed.delete(gateway);
      throw error;
    }
  }

  const open = perGateway<Opening>((gateway, openings) => {
    const fields = openings.flatMap((opening) => [opening.id, JSON.stringify(opening)]);
    return soon(Promise.all([list(gateway), redis.hset(openingsKey(gateway), ...fields)]));
  });
  const retire = perGateway<Retired>((gateway, retired) =>
    soon(redis.hdel(openingsKey(gateway), ...retired.map(({ id }) => id))),
  );

  return {
    ...createRedisCounts(redis, { prefix, soon }),
    open,
    retire: (gateway, id) => retire({ gateway, id }),

    async beat(gateway) {
      const reached = await soon(redis.hincrby(gatewaysKey, gateway, 1)); // lists it, too, where it was forgotten
      beatAt = performance.now();
      return reached;
    },

    async leave(gateway, beats) {
      listed.delete(gateway);
      await new Promise(setImmediate); // what was retired in this turn is sent first: it would look as left behind
      await soon(redis.eval(LEAVE, 2, gatewaysKey, openingsKey(gateway), gateway, beats ?? ''));
    },

    async gateways() {
      const counts = Object.entries(await redis.hgetall(gatewaysKey));
      return new Map(counts.map(([gateway, count]) => [gateway, Number(count)]));
    },

    async openingsOf(gateway, atMost) {
      const found = new Map<string, string>(); // a scan may come by the same one twice
      let cursor = '0';
      do {
        const [next, page] = await redis.hscan(openingsKey(gateway), cursor, 'COUNT', Math.min(atMost, PAGE));
        for (let at = 0; at < page.length; at += 2) found.set(page[at] as string, page[at + 1] as string);
        cursor = next;
      } while (cursor !== '0' && found.size < atMost);
      const oldestFirst = [...found].sort(([one], [other]) => (one < other ? -1 : 1)).slice(0, atMost);
      return oldestFirst.map(([, opening]) => parsed(opening));
    },

    async close() {
      redis.off('close', forget);
    },
  };
}

/** What a turn asks of a gateway's hash is asked with one command. */
function perGateway<T extends Retired>(ask: (gateway: string, items: readonly T[]) => Promise<unknown>) {
  return gathered<T>(async (items) => {
    const asked = Map.groupBy(items, ({ gateway }) => gateway);
    await Promise.all([...asked].map(([gateway, ones]) => ask(gateway, ones)));
  });
}

/** What is no JSON is handed out as it stands: one such value must not hide the others. */
function parsed(opening: string): unknown {
  try {
    return JSON.parse(opening);
  } catch {
    return opening;
  }
}
