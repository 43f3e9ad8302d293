// What the APIs have in common in their requests: one JSON object, that names a model, and may ask for a stream.
import type { Buffer } from 'node:buffer';
import { WeirError } from '../errors.ts';
import { isObject, type JsonObject, parseJson, textIn } from './json.ts';

export function requestIn(body: Buffer): JsonObject {
  const request = parseJson(body.toString('utf8'));
  if (!isObject(request)) throw new WeirError('invalid_body');
  return request;
}

export function modelIn(request: JsonObject): string {
  const model = textIn(request, 'model');
  if (model === null) throw new WeirError('invalid_request', { detail: '`model` must be a non-empty string.' });
  return model;
}

/** A provider may take what is almost true for true; what it then streams would be metered as no stream. */
export function isStreamIn(request: JsonObject): boolean {
  const stream = request['stream'] ?? false;
  if (typeof stream !== 'boolean')
    throw new WeirError('invalid_request', { detail: '`stream` must be true or false.' });
  return stream;
}
