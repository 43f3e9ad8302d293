// What the APIs have in common in their requests: one JSON object, that names a model, and may ask for a stream.
import { WeirError } from '../errors.ts';
import type { Ask, AskedRequest } from './dialect.ts';
import type { RequestBody } from './request-body.ts';

/** What stands for the model where a caller names none. */
export const UNNAMED = 'unnamed';

/** Undefined where it is no text, or an empty one. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** Nothing is added to it: where the API says what it used, it does so unasked. */
export const asItCame = ({ bytes }: RequestBody): Pick<Ask, 'usageRequested' | 'usageOverruled' | 'body'> => ({
  usageRequested: true,
  usageOverruled: false,
  body: bytes,
});

export function demandObject({ root }: RequestBody): void {
  if (root === null) throw new WeirError('invalid_body');
}

/** In the path, where it stands there, else in the body. */
export function modelIn({ body, model: inPath }: Pick<AskedRequest, 'body' | 'model'>): string {
  demandObject(body);
  const model = inPath ?? body.value('model');
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
