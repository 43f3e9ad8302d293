// Heads and bodies that come a byte at a time, or stop in the middle.
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Attack } from '../attack.ts';
import { answerOf, inLanes } from '../lanes.ts';
import { airyJson } from '../weapons/packed.ts';
import { shoot, shootRaw } from '../weapons/shot.ts';
import { CHAT, GOOD, idLine, JSON_TYPE } from './chat.ts';

const DRIP_MS = 250;
const DRIPS = 40;
const PATIENCE_MS = 1000;

export const slowHeads: Attack = {
  name: 'heads that never end',
  run: ({ url }, until) =>
    inLanes({ lanes: 50 }, until, async () =>
      answerOf(
        await shootRaw({
          url,
          pieces: drips(`GET /healthz HTTP/1.1\r\nhost: ${url.host}\r\nx-slow: `, 'x', until),
          timeoutMs: PATIENCE_MS,
        }),
      ),
    ),
};

export const slowBodies: Attack = {
  name: 'bodies that never end',
  run: ({ url, id }, until) =>
    inLanes({ lanes: 100 }, until, async () => {
      const headers = `${JSON_TYPE}content-length: 100000\r\n${idLine(id())}`;
      const pieces = drips('{', ' ', until);
      return answerOf(await shoot({ url: new URL(CHAT, url), headers, pieces, timeoutMs: PATIENCE_MS }));
    }),
};

export const heldBodies: Attack = {
  name: 'bodies held open, unpacked',
  run({ url, id }, until) {
    const packed = gzipSync(airyJson(GOOD, 12 * 1024 ** 2), { level: 1 });
    return inLanes({ lanes: 20 }, until, async () => {
      const headers = `${JSON_TYPE}content-encoding: gzip\r\ncontent-length: ${packed.length}\r\n${idLine(id())}`;
      const pieces = [packed.subarray(0, -64)];
      return answerOf(await shoot({ url: new URL(CHAT, url), headers, pieces, timeoutMs: 3 * PATIENCE_MS }));
    });
  },
};

async function* drips(first: string, more: string, until: AbortSignal): AsyncGenerator<string> {
  yield first;
  for (let sent = 0; sent < DRIPS && !until.aborted; sent += 1) {
    await pause(DRIP_MS);
    yield more;
  }
}
