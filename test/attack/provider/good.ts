// The acts of a provider that is well.
import { type Act, contentFrame, endOf, JSON_TYPE, SSE, USAGE, wholeAnswer } from './act.ts';

/** Answers what it is asked for, in a few bytes. */
const good: Act = (res, { streamed }) => {
  res.writeHead(200, streamed ? SSE : JSON_TYPE);
  res.end(streamed ? contentFrame('Deep.') + endOf(USAGE) : wholeAnswer(USAGE));
};

export const GOOD = { good };
