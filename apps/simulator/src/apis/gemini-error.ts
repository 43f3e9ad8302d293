// Google's errors: as a body, and inside a stream.
import type { Problem } from './api.ts';

const STATUSES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

export function geminiErrorBody(problem: Pick<Problem, 'status' | 'message'>): string {
  return `${JSON.stringify(geminiError(problem), null, 2)}\n`;
}

export function geminiError({ status, message }: Pick<Problem, 'status' | 'message'>): Record<string, unknown> {
  return { error: { code: status, message, status: STATUSES[status] ?? 'UNKNOWN' } };
}
