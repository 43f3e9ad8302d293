// Calls that are made one by one within a turn of the event loop → one call for all of them, whose answer is each one's.
// Unlike a batcher it waits for nobody, and tells no item from another: what one of them meets, all do.

export function gathered<T>(work: (items: readonly T[]) => Promise<void>): (item: T) => Promise<void> {
  let items: T[] = [];
  let answer = Promise.resolve();

  async function turn(): Promise<void> {
    await new Promise(setImmediate);
    const all = items;
    items = [];
    await work(all);
  }

  return (item) => {
    items.push(item);
    if (items.length === 1) answer = turn();
    return answer;
  };
}
