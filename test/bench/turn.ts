// A turn of a target, as if what meters it were on other machines, as it is in production: the worker waits, and writes
// what has come when the turn is over. Then each request must have its row.
import type { WorkerHome } from '../support/worker-home.ts';
import type { Books } from './books.ts';
import { isMetered, type TargetName } from './targets.ts';

interface Metering {
  readonly home: Pick<WorkerHome, 'queue'>;
  readonly books: Pick<Books, 'note'>;
}

interface Counted {
  readonly requests: number;
}

export async function takeTurn<T extends Counted>(
  { home, books }: Metering,
  name: TargetName,
  work: () => Promise<T>,
): Promise<T> {
  if (!isMetered(name)) return work();
  await home.queue.pause();
  const done = await work();
  await home.queue.resume();
  await books.note(done.requests);
  return done;
}
