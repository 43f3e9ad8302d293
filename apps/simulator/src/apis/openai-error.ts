// OpenAI's errors, which its whole API shares: as a body, and inside a stream.
import type { Problem } from './api.ts';
import { TOLD_TO_FAIL } from './asking.ts';
import { sse } from './frame.ts';

const ERROR = { message: TOLD_TO_FAIL, type: 'server_error', param: null, code: null };

export const OPENAI_ERROR_FRAME = sse(JSON.stringify({ error: ERROR }));

export function openaiErrorBody({ status, message, param, code }: Problem): string {
  return JSON.stringify({
    error: { message, type: typeOf(status), param: param ?? null, code: code ?? codeOf(status) },
  });
}

function typeOf(status: number): string {
  if (status === 429) return 'requests';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}

function codeOf(status: number): string | null {
  return { 401: 'invalid_api_key', 404: 'not_found', 429: 'rate_limit_exceeded' }[status] ?? null;
}
