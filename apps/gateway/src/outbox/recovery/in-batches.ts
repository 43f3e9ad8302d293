// Works through many items in small loads, with a breath between two: what has just come up is not to be troubled. The
// items of a load are begun in their order.
import { setTimeout as pause } from 'node:timers/promises';

const LOAD = 100;
const BREATH_MS = 20;

export async function inBatches<T>(
  items: AsyncIterable<T> | Iterable<T>,
  take: (item: T) => Promise<void>,
): Promise<void> {
  let load: T[] = [];
  for await (const item of items) {
    load.push(item);
    if (load.length < LOAD) continue;
    await Promise.all(load.map(take));
    load = [];
    await pause(BREATH_MS);
  }
  await Promise.all(load.map(take));
}
