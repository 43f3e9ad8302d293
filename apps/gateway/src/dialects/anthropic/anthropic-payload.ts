// What the JSON of one of Anthropic's events says: whether anything was generated, and whether it failed.
import { isFilled, isObject, type JsonObject, textIn } from '../json.ts';

/** A signature proves what was generated, and is nothing of it. */
export function hasContent(part: JsonObject): boolean {
  return Object.entries(part).some(([name, value]) => name !== 'type' && name !== 'signature' && isFilled(value));
}

/** Servers that only imitate the API may leave out the type; `"error":null` is no error. */
export function saysError(payload: unknown): boolean {
  if (!isObject(payload)) return false;
  return payload['type'] === 'error' || isObject(payload['error']) || textIn(payload, 'error') !== null;
}
