// What the APIs for images and sound have in common: events that are all made in one way, and what makes no sense in them.
import type { Api } from './api.ts';
import { TOLD_TO_FAIL } from './asking.ts';
import { sse } from './frame.ts';
import { openaiErrorBody } from './openai-error.ts';

export const MEDIA = {
  streamType: 'text/event-stream; charset=utf-8',
  lacks: ['tools', 'reason', 'cached', 'cache-write', 'reasoning', 'end=no-done', 'end=error-event', 'end=failed'],
  errorBody: openaiErrorBody,
} as const satisfies Partial<Api>;

export const event = (type: string, members: object): string => sse(JSON.stringify({ type, ...members }), type);

export const errorEvent = (): string =>
  event('error', { error: { type: 'server_error', code: 'server_error', message: TOLD_TO_FAIL, param: null } });
