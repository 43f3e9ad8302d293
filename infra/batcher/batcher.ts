// Gathers what comes one by one into batches: as many as wait while every lane is busy, up to `size`; and, where it is
// to linger, what comes within a few milliseconds of the first. Each caller hears what became of its own item.

export interface Batcher<T> {
  /** Resolves when the item's batch is settled; rejects with what stood in this item's way. */
  add(item: T): Promise<void>;
}

export interface Batching<T> {
  readonly size: number;
  /** How many batches are on their way at once. */
  readonly lanes: number;
  /** How long a free lane waits for company; 0, or nothing, sends the first that comes at once and by itself. */
  readonly lingerMs?: number;
  /** Answers, item by item, undefined or what stood in its way. */
  readonly settle: (batch: readonly T[]) => Promise<readonly (Error | undefined)[]>;
}

interface Waiting<T> {
  readonly item: T;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export function createBatcher<T>({ size, lanes, lingerMs = 0, settle }: Batching<T>): Batcher<T> {
  let waiting: Waiting<T>[] = [];
  let busy = 0;
  let linger: NodeJS.Timeout | undefined;

  const consider = () => {
    if (busy === lanes || waiting.length === 0) return;
    if (waiting.length >= size || lingerMs === 0) send();
    else linger ??= setTimeout(send, lingerMs);
  };

  const send = () => {
    clearTimeout(linger);
    linger = undefined;
    const batch = waiting.slice(0, size);
    waiting = waiting.slice(size);
    busy += 1;
    settleAll(batch, settle).then(() => {
      busy -= 1;
      consider();
    });
  };

  const add = (item: T) =>
    new Promise<void>((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      consider();
    });
  return { add };
}

async function settleAll<T>(batch: readonly Waiting<T>[], settle: Batching<T>['settle']): Promise<void> {
  try {
    const obstacles = await settle(batch.map(({ item }) => item));
    batch.forEach(({ resolve, reject }, at) => {
      if (obstacles[at] === undefined) resolve();
      else reject(obstacles[at]);
    });
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
}
