// One whole frame in, the event that it carries out; null where it carries none (comments, blank lines).
import type { Buffer } from 'node:buffer';
import { createParser, type EventSourceMessage } from 'eventsource-parser';

export type SseEvent = Pick<EventSourceMessage, 'event' | 'data'>;

// One for all streams, and emptied before each frame: a frame is whole, and a parser takes two kilobytes.
let last: SseEvent | null = null;
const parser = createParser({
  onEvent: (event) => {
    last = event;
  },
});

export function readEvent(frame: Buffer): SseEvent | null {
  last = null;
  parser.reset();
  parser.feed(frame.toString('utf8'));
  return last;
}

const FIELDS = ['data', 'event', 'id', 'retry'];

/** Whether this begins like an event: with a field, half of one, or a comment, maybe behind blank lines. */
export function looksLikeSse(start: Buffer): boolean {
  const text = start.subarray(0, 64).toString('latin1');
  const [, name = '', after] = /^(?:\u00ef\u00bb\u00bf)?[\r\n]*([a-z]*)([^a-z])?/.exec(text) ?? [];
  if (after === undefined) return FIELDS.some((field) => field.startsWith(name));
  return FIELDS.includes(name) ? /[:\r\n]/.test(after) : name === '' && after === ':';
}
