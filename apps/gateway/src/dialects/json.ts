// Looking into JSON that somebody else wrote: what is not there, or is not what it should be, reads as absent.

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const objectIn = (object: JsonObject, key: string): JsonObject => (isObject(object[key]) ? object[key] : {});

/** Text that says something: providers send "" and null for "not yet". */
export function textIn(object: JsonObject, key: string): string | null {
  const value = object[key];
  return typeof value === 'string' && value !== '' ? value : null;
}

export function objectsIn(object: JsonObject, key: string): JsonObject[] {
  const value = object[key];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Undefined where the text is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// Deeper JSON could be written, but whoever validates it would overflow the stack.
const MAX_DEPTH = 64;

/** Whether the texts, names and values in it come to no more than `length`, about as JSON writes them, and are not too deep. */
export const isWithin = (length: number, value: unknown): boolean => roomAfter(value, length, MAX_DEPTH) >= 0;

function roomAfter(value: unknown, room: number, levels: number): number {
  if (typeof value === 'string') return room - value.length;
  if (typeof value !== 'object' || value === null) return room - 1;
  if (levels === 0) return -1;
  let left = room - 1;
  for (const name of Object.keys(value)) {
    if (left < 0) return left;
    left = roomAfter((value as JsonObject)[name], left - name.length, levels - 1);
  }
  return left;
}

/** Something is in it: text, items or members. */
export function isFilled(value: unknown): boolean {
  if (typeof value === 'string' || Array.isArray(value)) return value.length > 0;
  return isObject(value) && Object.keys(value).length > 0;
}
