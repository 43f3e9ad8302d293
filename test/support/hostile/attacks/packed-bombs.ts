// Little that unpacks to much, in every packing that is taken, or that unpacks to nothing and goes on and on.
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import type { Attack } from '../attack.ts';
import { answerOf, inLanes } from '../lanes.ts';
import { emptyJson, packedNothing } from '../weapons/packed.ts';
import { shoot } from '../weapons/shot.ts';
import { asChunk } from '../weapons/tiny-chunks.ts';
import { CHAT, CHUNKED, GOOD, idLine } from './chat.ts';

const MIB = 1024 ** 2;

interface Bomb {
  readonly encoding: string;
  pieces(): Iterable<Buffer>;
}

export const packedBombs: Attack = {
  name: 'packed bombs',
  run({ url, random, id }, until) {
    const bombs = makeBombs();
    return inLanes({ lanes: 4 }, until, async () => {
      const { encoding, pieces } = random.oneOf(bombs);
      const headers = `${CHUNKED}content-encoding: ${encoding}\r\n${idLine(id())}`;
      return answerOf(await shoot({ url: new URL(CHAT, url), headers, pieces: pieces(), timeoutMs: 5000 }));
    });
  },
};

function makeBombs(): Bomb[] {
  const body = emptyJson(GOOD, 20 * MIB);
  const gzip = gzipSync(body);
  const nothing = packedNothing();
  return [
    { encoding: 'gzip', pieces: () => whole(gzip) },
    { encoding: 'br', pieces: () => whole(brotliCompressSync(body)) },
    { encoding: 'zstd', pieces: () => whole(zstdCompressSync(body)) },
    { encoding: 'gzip, gzip', pieces: () => whole(gzipSync(gzip)) },
    { encoding: 'gzip, gzip, gzip', pieces: () => whole(gzip) },
    { encoding: 'gzip, gzip', pieces: () => endless(nothing) },
  ].map((bomb) => ({ ...bomb, pieces: once(bomb.pieces) }));
}

/** What is made of a body is made once. */
function once(pieces: () => Iterable<Buffer>): () => Iterable<Buffer> {
  let made: Buffer[] | undefined;
  return () => {
    made ??= [...pieces()];
    return made;
  };
}

const whole = (packed: Buffer): Buffer[] => [asChunk(packed), Buffer.from('0\r\n\r\n')];

const ENDLESS = 200;

const endless = ({ head, more }: { head: Buffer; more: Buffer }): Buffer[] => [
  asChunk(head),
  ...Array<Buffer>(ENDLESS).fill(asChunk(more)),
];
