// Pieces → the bytes of all of them. Pieces that lie one behind the other in memory, as the frames of one read do, are not
// copied.
import { Buffer } from 'node:buffer';

export function joined(pieces: readonly Buffer[]): Buffer {
  const [first] = pieces;
  if (first === undefined || pieces.length === 1) return first ?? Buffer.alloc(0);
  let end = first.byteOffset;
  for (const piece of pieces) {
    if (piece.byteOffset !== end || piece.buffer !== first.buffer) return Buffer.concat(pieces);
    end += piece.length;
  }
  return Buffer.from(first.buffer, first.byteOffset, end - first.byteOffset);
}
