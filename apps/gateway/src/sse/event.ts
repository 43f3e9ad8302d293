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

/** Whether a body that claims to be a stream begins like one: with a field, a comment or a blank line. */
export const looksLikeSse = (start: Buffer): boolean =>
  /^(?:\u00ef\u00bb\u00bf)?[\w-]*(?:[:\r\n]|$)/.test(start.subarray(0, 64).toString('latin1'));
