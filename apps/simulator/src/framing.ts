// Whole frames with LF, as an API makes them, into the text that a script wants on the wire.
import type { Script } from './script.ts';

const COMMENT = ': keep-alive\n\n';
const EOLS = { lf: '\n', crlf: '\r\n', cr: '\r' } as const;

/** JSON never holds a bare LF, so every LF here ends a line. */
export function framed(frames: readonly string[], { comments, eol }: Pick<Script, 'comments' | 'eol'>): string {
  const text = (comments ? frames.map((frame) => COMMENT + frame) : frames).join('');
  return eol === 'lf' ? text : text.replaceAll('\n', EOLS[eol]);
}
