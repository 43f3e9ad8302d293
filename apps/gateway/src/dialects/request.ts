// What the APIs have in common in their requests: one JSON object, that names a model, and may ask for a stream.
import { WeirError } from '../errors.ts';
import type { RequestBody } from './request-body.ts';

export function demandObject({ root }: RequestBody): void {
  if (root === null) throw new WeirError('invalid_body');
}

export function modelIn(body: RequestBody): string {
  demandObject(body);
  const model = body.value('model');
  if (typeof model === 'string' && model !== '') return plainName(model);
  throw new WeirError('invalid_request', { detail: '`model` must be a non-empty string.' });
}

// Control characters, and what stands for bytes that are no UTF-8: the row could not say what the provider was asked for.
const NO_NAME = /[\p{Cc}\p{Cs}\ufffd]/u;

export function plainName(model: string): string {
  if (!NO_NAME.test(model)) return model;
  throw new WeirError('invalid_request', { detail: '`model` has a character that no name has.' });
}

/** A provider may take what is almost true for true; what it then streams would be metered as no stream. */
export function isStreamIn(body: RequestBody): boolean {
  const stream = body.find('stream') === undefined ? null : body.value('stream');
  if (stream === null || typeof stream === 'boolean') return stream ?? false;
  throw new WeirError('invalid_request', { detail: '`stream` must be true or false.' });
}
