// How the bytes of a streamed answer fall into frames, and what may be said between them. Server-sent events are one such
// framing; an API may bring another.
import type { Buffer } from 'node:buffer';
import { looksLikeSse, readEvent, type SseEvent } from './event.ts';
import { Splitter } from './splitter.ts';

export interface Framing {
  createSplitter(maxFrameBytes: number): FrameSplitter;
  /** A reader belongs to one stream; whole frames are fed to it in order. */
  createEventReader(): (frame: Buffer) => SseEvent | null;
  /** Whether a body that claims to be so framed begins like it. */
  begins(start: Buffer): boolean;
  /** Whether the rest can be dropped: blank lines and comments only. */
  saysNothing(rest: Buffer): boolean;
  /** A body of this framing has a last frame of its own: without it, it is incomplete. */
  readonly isClosed: boolean;
  /** No frame says that it is the last: the end of the body is the end of the answer. */
  readonly endsWithBody?: boolean;
  /** Nothing can be said between frames, not even an error: a broken answer ends as a broken connection. */
  readonly isMute?: boolean;
  /** What a frame needs behind it that came without its end. */
  readonly close: string;
  /** A frame that clients pass over; null where there is no such thing. */
  comment(text: string): string | null;
}

export interface FrameSplitter {
  push(chunk: Buffer): Buffer[];
  /** What has come of a frame that is not whole yet. */
  readonly pending: Buffer;
  end(): Buffer;
  readonly tooLarge: boolean;
}

export const sseFraming: Framing = {
  createSplitter: (maxFrameBytes) => new Splitter(maxFrameBytes),
  createEventReader: () => readEvent,
  begins: looksLikeSse,
  saysNothing: isBlankOrComment,
  isClosed: false,
  close: '\n\n',
  comment: (text) => `: ${text}\n\n`,
};

export const isEventStream = (contentType: string): boolean => contentType.startsWith('text/event-stream');

function isBlankOrComment(rest: Buffer): boolean {
  const lines = rest.toString('latin1').split(/[\r\n]+/);
  return lines.every((line) => line === '' || line.startsWith(':'));
}
