// A frame → the same without the usage in it, where usage is kept from the client; null where nothing is left of it.
import type { Buffer } from 'node:buffer';
import type { FrameInfo } from '../../dialects/dialect.ts';
import { withoutMember } from '../../sse/edit.ts';

export function withoutUsage(frame: Buffer, sight: FrameInfo): Buffer | null {
  if (sight.usage === 'none') return frame;
  if (sight.usage === 'alone' && sight.end === null) return null;
  return withoutMember(frame, 'usage') ?? frame;
}
