// Numbers in a provider's usage object, as it was kept. What is no count becomes NaN, which no sum loses: a bill that it
// was part of is no bill.

export type JsonObject = Readonly<Record<string, unknown>>;

const HIGHEST_COUNT = 100_000_000;

/** Undefined: it is not said. */
export function countIn(object: JsonObject, key: string): number | undefined {
  const value = object[key];
  if (value === undefined || value === null) return undefined;
  const count = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= HIGHEST_COUNT ? count : NaN;
}

const NOTHING: JsonObject = {};

export function objectIn(object: JsonObject, ...keys: readonly string[]): JsonObject {
  for (const key of keys) {
    const value = object[key];
    if (isObject(value)) return value;
  }
  return NOTHING;
}

export function objectsIn(object: JsonObject, key: string): readonly JsonObject[] {
  const value = object[key];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The sum of those that say it; undefined where none does. */
export const sumIn = (objects: readonly JsonObject[], key: string): number | undefined =>
  objects.reduce<number | undefined>((sum, object) => {
    const count = countIn(object, key);
    return count === undefined ? sum : (sum ?? 0) + count;
  }, undefined);

export function textIn(object: JsonObject, key: string): string | undefined {
  const value = object[key];
  return typeof value === 'string' ? value : undefined;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
