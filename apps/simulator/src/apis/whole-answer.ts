// What APIs without streams and without tokens have in common: they say numbers, or one, at once.
import type { Answer, Api } from './api.ts';

/** What has no meaning there, and how long they take unless said: no time. */
export const WITHOUT_TOKENS = {
  streamedBy: null,
  lacks: [
    ...['size', 'huge-frame', 'reason', 'tools', 'cached', 'cache-write', 'output', 'reasoning', 'eol', 'comments'],
    'end=failed',
  ],
  defaults: { tokens: 0 },
} as const satisfies Pick<Api, 'streamedBy' | 'lacks' | 'defaults'>;

export function wholeAnswer(body: () => string): Answer {
  const none = () => [];
  return { opening: none, token: none, huge: none, finish: none, usage: none, done: none, error: none, body };
}
