// What the APIs have in common in their requests: one JSON object, that names a model, and may ask for a stream.
import { WeirError } from '../errors.ts';
import type { RequestBody } from './request-body.ts';

export function demandObject({ root }: RequestBody): void {
  if (root === null) throw new WeirError('invalid_body');
}

export function modelIn(body: RequestBody): string {
  demandObject(body);
  const model = body.value('model');
  if (typeof model === 'string' && model !== '') return model;
  throw new WeirError('invalid_request', { detail: '`model` must be a non-empty string.' });
}

/** A provider may take what is almost true for true; what it then streams would be metered as no stream. */
export function isStreamIn(body: RequestBody): boolean {
  const stream = body.find('stream') === undefined ? null : body.value('stream');
  if (stream === null || typeof stream === 'boolean') return stream ?? false;
  throw new WeirError('invalid_request', { detail: '`stream` must be true or false.' });
}
