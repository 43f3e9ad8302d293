// A streamed answer that is one JSON array, as Gemini sends it without `alt=sse`: each element is a frame, with the
// bytes that lead to it, and so is the closing bracket, which is the end.
import type { Buffer } from 'node:buffer';
import type { SseEvent } from '../../sse/event.ts';
import type { Framing } from '../../sse/framing.ts';
import { ArraySplitter } from './gemini-array-splitter.ts';

/** The event of the closing bracket: known by what it is, not by what it says, for text can say anything. */
export const ARRAY_END: SseEvent = { event: 'end', data: ']' };

export const geminiArrayFraming: Framing = {
  createSplitter: (maxFrameBytes) => new ArraySplitter(maxFrameBytes),
  createEventReader: createElementReader,
  begins: (start) => /^\s*(?:[[{]|$)/.test(start.subarray(0, 64).toString('utf8')), // an error may come without its array
  saysNothing: (rest) => rest.toString('latin1').trim() === '',
  isClosed: true,
  close: '',
  comment: () => null,
};

function createElementReader(): (frame: Buffer) => SseEvent | null {
  let lead = /^\s*\[?\s*/;
  return function readElement(frame) {
    const data = frame.toString('utf8').replace(lead, '');
    lead = /^[\s,]+/;
    if (data === ']') return ARRAY_END;
    return data === '' ? null : { data };
  };
}
