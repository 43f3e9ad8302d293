// An answer of which nothing is known but that it is bytes: a file, or sound. Each read is a frame, and the end of the body is
// the end of the answer. Nothing of ours can be said in it.
import { Buffer } from 'node:buffer';
import type { SseEvent } from './event.ts';
import type { Framing } from './framing.ts';

/** The event of every frame: known by what it is. */
export const BYTES: SseEvent = { event: 'bytes', data: '' };

const NOTHING = Buffer.alloc(0);

export const bytesFraming: Framing = {
  createSplitter: () => ({ push: (chunk) => [chunk], pending: NOTHING, end: () => NOTHING, tooLarge: false }),
  createEventReader: () => () => BYTES,
  begins: () => true,
  saysNothing: () => true,
  isClosed: false,
  endsWithBody: true,
  isMute: true,
  close: '',
  comment: () => null,
};
