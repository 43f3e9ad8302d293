// Gemini's server-sent events. Google breaks a stream off with an error that is no event at all, but JSON as it stands,
// pretty-printed; and its own clients for Python and old JavaScript fail at comments, so there are none.
import type { Buffer } from 'node:buffer';
import { readEvent, type SseEvent } from '../../sse/event.ts';
import { type Framing, sseFraming } from '../../sse/framing.ts';

const BARE_ERROR = /^\s*\[?\s*\{\s*"error"\s*:/;

export const geminiSseFraming: Framing = {
  ...sseFraming,
  createEventReader: () => readGeminiEvent,
  begins: (start) => sseFraming.begins(start) || isBareError(start),
  comment: () => null,
};

const readGeminiEvent = (frame: Buffer): SseEvent | null =>
  isBareError(frame) ? { data: frame.toString('utf8') } : readEvent(frame);

const isBareError = (frame: Buffer): boolean => BARE_ERROR.test(frame.subarray(0, 64).toString('latin1'));
