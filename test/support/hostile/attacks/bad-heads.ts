// Heads in which two readers see two requests, and bytes that are no HTTP at all.
import type { Attack, Scene } from '../attack.ts';
import { answerOf, inLanes } from '../lanes.ts';
import { shootRaw } from '../weapons/shot.ts';
import { CHAT, GOOD, idLine, JSON_TYPE } from './chat.ts';

// What is not ended may be waited for.
const PATIENCE_MS = 3000;

const BODY = `{${GOOD},"messages":[]}`;
const SECOND = `GET /v1/models HTTP/1.1\r\nhost: inner\r\n\r\n`;

/** After the request line and `host`. */
const SMUGGLED: readonly string[] = [
  `content-length: ${BODY.length}\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${SECOND}`,
  `transfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`,
  `content-length: ${BODY.length}\r\ncontent-length: 3\r\n\r\n${BODY}`,
  `content-length: +${BODY.length}\r\n\r\n${BODY}`,
  `content-length: ${BODY.length}\r\n folded: yes\r\n\r\n${BODY}`,
  `transfer-encoding: xchunked\r\n\r\n${BODY}`,
  `transfer-encoding: identity\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
  `transfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\n${BODY}\r\n0\r\n\r\n`,
  `transfer-encoding: chunked\r\n\r\n5;${'x'.repeat(200_000)}\r\n`,
  `transfer-encoding: chunked\r\n\r\n-1\r\n${BODY}\r\n0\r\n\r\n`,
  `host: another\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`,
  `x-odd: a\0b\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`,
  `x-odd : a\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`,
];

export const smuggling: Attack = {
  name: 'heads that smuggle',
  run: ({ url, random, id }, until) =>
    inLanes({ lanes: 3, everyMs: 10 }, until, async () => {
      const head = `POST ${CHAT} HTTP/1.1\r\nhost: ${url.host}\r\nconnection: close\r\n${JSON_TYPE}${idLine(id())}`;
      return answerOf(await shootRaw({ url, pieces: [head + random.oneOf(SMUGGLED)], timeoutMs: PATIENCE_MS }));
    }),
};

export const malformed: Attack = {
  name: 'bytes that are no HTTP',
  run: (scene, until) =>
    inLanes({ lanes: 3, everyMs: 10 }, until, async () =>
      answerOf(await shootRaw({ url: scene.url, pieces: [nonsense(scene)], timeoutMs: PATIENCE_MS })),
    ),
};

function nonsense({ url, random }: Scene): string | Buffer {
  const host = `host: ${url.host}\r\n`;
  return random.oneOf<() => string | Buffer>([
    () => Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03]), // a TLS greeting
    () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    () => 'GET /v1/models\r\n\r\n',
    () => `GET /healthz HTTP/1.1\n${host}\n`,
    () => `GET /healthz HTTP/9.9\r\n${host}\r\n`,
    () => `CONNECT inner:443 HTTP/1.1\r\n${host}\r\n`,
    () => `GET /${'x'.repeat(40_000)} HTTP/1.1\r\n${host}\r\n`,
    () => `GET /healthz HTTP/1.1\r\n${host}${'x-many: y\r\n'.repeat(4000)}\r\n`,
    () => `GET /v1/%${'25'.repeat(7900)} HTTP/1.1\r\n${host}\r\n`, // escapes in escapes
    () => `G\0T /healthz HTTP/1.1\r\n${host}\r\n`,
    () => Buffer.from(Array.from({ length: random.between(1, 500) }, () => random.below(256))),
    () => `POST ${CHAT} HTTP/1.1\r\n${host}expect: tea\r\ncontent-length: 5\r\n\r\n`,
  ])();
}
