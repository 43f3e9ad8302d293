// A Redis that can be exchanged for an empty one behind everybody's back: all connections stay. What is done to it is done to
// the one that is talked to.
import { type PrivateRedis, startRedis } from '../../support/private-redis.ts';
import type { PrivateServer } from '../../support/private-server.ts';
import { setPoints } from '../points.ts';

export interface ShiftingRedis extends PrivateServer {
  exchange(): Promise<void>;
}

export async function startShiftingRedis(): Promise<ShiftingRedis> {
  const both = { durable: true, detached: true };
  let [current, other]: [PrivateRedis, PrivateRedis] = [await startRedis(both), await startRedis(both)];
  const points = await setPoints(current.url);

  async function exchange(): Promise<void> {
    await other.command('FLUSHALL');
    [current, other] = [other, current];
    await points.lead(current.url);
  }

  async function remove(): Promise<void> {
    await points.close();
    await Promise.all([current.remove(), other.remove()]);
  }

  return {
    url: points.url,
    start: () => current.start(),
    stop: () => current.stop(),
    kill: () => current.kill(),
    hang: () => current.hang(),
    resume: () => current.resume(),
    exchange,
    remove,
  };
}
