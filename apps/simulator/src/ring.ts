// A memory of the last so many things, by their id: the oldest is forgotten.

export interface Ring<T> {
  keep(id: string, thing: T): void;
  get(id: string): T | undefined;
  list(): readonly T[];
  clear(): void;
}

export function createRing<T>(capacity: number): Ring<T> {
  const things = new Map<string, T>();
  return {
    keep: (id, thing) => {
      things.set(id, thing);
      for (const oldest of things.keys()) {
        if (things.size <= capacity) break;
        things.delete(oldest);
      }
    },
    get: (id) => things.get(id),
    list: () => [...things.values()],
    clear: () => things.clear(),
  };
}
