// What a body begins like, told by its first bytes: a content type may be missing, or wrong. It reads no more than it must.
import type { Buffer } from 'node:buffer';

export type Start = 'events' | 'array' | 'object' | 'other';

// Nobody begins a stream of events with a longer line that is none of its fields.
const MOST_BYTES = 4096;

const LEAD = /^(?:\u00ef\u00bb\u00bf|\u00ef\u00bb?$)?\s*/;

/** A comment or a field, behind one unknown line at most: the standard wants such a line passed over. */
const EVENTS = /^(?:[^\r\n]+[\r\n]\s*)?(?::|(?:data|event|id|retry)[:\r\n])/;

/** The first line is not over, or the second one may yet become a field. */
const UNDECIDED = /^[^\r\n]*(?:[\r\n]\s*[a-z]{0,5})?$/;

const BY_FIRST: Readonly<Record<string, Start>> = { '[': 'array', '{': 'object', '<': 'other' };

/** Null where more bytes are needed. */
export function startOf(bytes: Buffer): Start | null {
  const text = bytes.subarray(0, MOST_BYTES).toString('latin1').replace(LEAD, '');
  const byFirst = BY_FIRST[text[0] ?? ''];
  if (byFirst !== undefined) return byFirst;
  if (EVENTS.test(text)) return 'events';
  return UNDECIDED.test(text) && bytes.length < MOST_BYTES ? null : 'other';
}
