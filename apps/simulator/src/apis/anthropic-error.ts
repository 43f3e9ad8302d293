// Anthropic's errors: as a body, and inside a stream.
import type { Problem } from './api.ts';
import { TOLD_TO_FAIL } from './asking.ts';
import { sse } from './frame.ts';

const OVERLOADED = { details: null, type: 'overloaded_error', message: TOLD_TO_FAIL };

export const ANTHROPIC_ERROR_FRAME = sse(JSON.stringify({ type: 'error', error: OVERLOADED }), 'error');

export function anthropicErrorBody({ status, message }: Problem): string {
  return JSON.stringify({ type: 'error', error: { type: typeOf(status), message } });
}

const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

function typeOf(status: number): string {
  return TYPES[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error');
}
