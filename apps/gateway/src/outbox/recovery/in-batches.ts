// Works in batches with a pause, so that a server that just restarted is not overloaded. The items of a batch are begun in
// their order.
import { setTimeout as pause } from 'node:timers/promises';

const BATCH_SIZE = 100;
const PAUSE_MS = 20;

export async function inBatches<T>(
  items: AsyncIterable<T> | Iterable<T>,
  take: (item: T) => Promise<void>,
): Promise<void> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < BATCH_SIZE) continue;
    await Promise.all(batch.map(take));
    batch = [];
    await pause(PAUSE_MS);
  }
  await Promise.all(batch.map(take));
}
