// Bodies in HTTP chunks of one byte each, metered and passed through.
import type { Attack } from '../attack.ts';
import { answerOf, inLanes } from '../lanes.ts';
import { emptyJson } from '../weapons/packed.ts';
import { shoot } from '../weapons/shot.ts';
import { inTinyChunks } from '../weapons/tiny-chunks.ts';
import { CHAT, CHUNKED, COUNT, GOOD, idLine } from './chat.ts';

const MOST_BYTES = 512 * 1024;

export const tinyChunks: Attack = {
  name: 'bodies in one-byte chunks',
  run: ({ url, random, id }, until) =>
    inLanes({ lanes: 3 }, until, async () => {
      const isMetered = random.below(3) > 0;
      return answerOf(
        await shoot({
          url: new URL(isMetered ? CHAT : COUNT, url),
          headers: CHUNKED + idLine(id(isMetered ? undefined : 'unmetered')),
          pieces: inTinyChunks(emptyJson(GOOD, random.between(1000, MOST_BYTES))),
        }),
      );
    }),
};
