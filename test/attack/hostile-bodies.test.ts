// Bodies that are sent so that they cost more than their bytes: byte by byte, packed, slowly, or not to their end.
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, jest, test } from '@jest/globals';
import { createClients } from '../support/clients.ts';
import { airyJson, emptyJson, packedNothing, wideWindow } from '../support/hostile/weapons/packed.ts';
import { type Hit, shoot } from '../support/hostile/weapons/shot.ts';
import { asChunk, inTinyChunks } from '../support/hostile/weapons/tiny-chunks.ts';
import type { Gateway } from '../support/installation.ts';
import { scrapeUntil } from '../support/scrape.ts';
import { attacked, besiege, expectUnharmed, rowsOf } from './hostile.ts';

jest.setTimeout(90_000);

const MIB = 1024 ** 2;
const CHAT = '/v1/chat/completions';
const COUNT = '/v1/messages/count_tokens';
const GOOD = '"model":"hostile;good"';
const JSON_TYPE = 'content-type: application/json\r\n';
const CHUNKED = `${JSON_TYPE}transfer-encoding: chunked\r\n`;

besiege((startVictim) => {
  describe('a body in HTTP chunks of one byte', () => {
    const BYTES = 3 * MIB;
    // What the same body takes that comes in one piece, and what a busy process may keep of its garbage.
    const ALLOWED = 4 * BYTES + 100 * MIB;

    test.each([
      ['a metered path', CHAT, 1],
      ['a path that is passed through', COUNT, 0],
    ])('on %s costs memory by its bytes, and the streams of others nothing', async (_, path, rows) => {
      const victim = await startVictim();
      const clients = createClients();
      const crowd = clients.crowd(20, { url: victim.url, behaviour: 'reads all', tokens: 100, everyMs: 100 });
      await victim.place.installation.untilAsked(clients.name, 20);
      const id = `tiny-${path}`;
      const { outcome, ...harm } = await attacked(victim, () =>
        shoot({
          url: new URL(path, victim.url),
          headers: `${CHUNKED}x-request-id: ${id}\r\n`,
          pieces: inTinyChunks(emptyJson(GOOD, BYTES)),
        }),
      );
      expect(outcome.status).toBe(200);
      expect(harm.grownBy).toBeLessThan(ALLOWED);
      expect(harm.failed).toEqual([]);
      expect((await crowd).map(({ saw }) => saw)).toEqual(Array(20).fill('all'));
      expect((await rowsOf(victim.place.installation, clients.name, 20)).map(({ status }) => status)).toEqual(
        Array(20).fill('ok'),
      );
      expect((await rowsOf(victim.place.installation, id, rows)).map(({ status }) => status)).toEqual(
        Array(rows).fill('ok'),
      );
    });
  });

  describe('bodies that are being read', () => {
    const TIMEOUT_MS = 5000;

    test('are bounded by MAX_READING_BYTES together, and those that bring nothing more end with 408', async () => {
      const limit = 64 * MIB;
      const reading = { MAX_STREAMS: '20', MAX_READING_BYTES: String(limit), BODY_TIMEOUT_MS: String(TIMEOUT_MS) };
      const victim = await startVictim(reading);
      const body = airyJson(GOOD, 3 * MIB);
      const { outcome, ...harm } = await attacked(victim, () =>
        Promise.all(
          Array.from({ length: 60 }, () =>
            shoot({
              url: new URL(CHAT, victim.url),
              headers: `${JSON_TYPE}content-length: ${body.length}\r\n`,
              pieces: [body.subarray(0, -64)],
              timeoutMs: 4 * TIMEOUT_MS,
            }),
          ),
        ),
      );
      const tooMany = outcome.filter(({ code }) => code === 'too_many_bodies');
      expect(new Set(outcome.map(inWords))).toEqual(new Set(['503 too_many_bodies', '408 body_timeout']));
      expect(tooMany[0]?.head).toMatch(/^retry-after: \d+\r$/m);
      expect(harm.grownBy).toBeLessThan(4 * limit);
      expectUnharmed(harm);
      const { value } = await untilNoneIsRead(victim);
      expect(value('weir_refusals_total', { code: 'too_many_bodies' })).toBe(tooMany.length);
      expect(value('weir_refusals_total', { code: 'body_timeout' })).toBe(outcome.length - tooMany.length);
    });

    test('end with 408 where they bring a byte a second', async () => {
      const victim = await startVictim({ BODY_TIMEOUT_MS: '2000' });
      const { outcome, ...harm } = await attacked(victim, () =>
        Promise.all(Array.from({ length: 500 }, () => sendSlowly(victim))),
      );
      expect(new Set(outcome.map(inWords))).toEqual(new Set(['408 body_timeout']));
      expectUnharmed(harm);
      await untilNoneIsRead(victim);
    });

    test('do not hold up a gateway that is told to stop', async () => {
      const graceMs = 500;
      const victim = await startVictim({ SHUTDOWN_GRACE_MS: String(graceMs) });
      const stranger = sendSlowly(victim);
      await pause(500); // its head is read
      const begun = performance.now();
      victim.process.signal('SIGTERM');
      expect(await victim.process.ended).toMatchObject({ code: 0 });
      expect(performance.now() - begun).toBeLessThan(graceMs + 10_000);
      expect(inWords(await stranger)).toBe('503 gateway_shutdown');
    });
  });

  test('a form whose boundary is made to be searched for slowly is refused', async () => {
    const victim = await startVictim();
    const body = Buffer.concat([
      Buffer.from(`--${'a'.repeat(14_900)}b`.repeat(8)),
      Buffer.alloc(2 * MIB, 'a'), // on which a search for it is slowest
    ]);
    const { outcome, ...harm } = await attacked(victim, () =>
      shoot({
        url: new URL('/v1/audio/transcriptions', victim.url),
        headers: `content-type: multipart/form-data; boundary=${'a'.repeat(15_000)}\r\ncontent-length: ${body.length}\r\n`,
        pieces: [body],
      }),
    );
    expect(inWords(outcome)).toBe('400 invalid_request');
    expectUnharmed(harm);
  });

  test('a path of escapes in escapes is refused', async () => {
    const victim = await startVictim();
    const { outcome, ...harm } = await attacked(victim, () =>
      shoot({ url: new URL(`/v1/%${'25'.repeat(7900)}`, victim.url), headers: JSON_TYPE, pieces: [] }),
    );
    expect(inWords(outcome)).toBe('404 not_found');
    expectUnharmed(harm);
  });

  describe('a packed body', () => {
    const gzip = `${CHUNKED}content-encoding: gzip\r\n`;

    test('is refused with 413 where it unpacks to more than 200 times its size', async () => {
      const victim = await startVictim();
      const { outcome, ...harm } = await attacked(victim, () =>
        shoot({ url: new URL(CHAT, victim.url), headers: gzip, pieces: packedPieces(emptyJson(GOOD, 20 * MIB)) }),
      );
      expect(inWords(outcome)).toBe('413 request_too_large');
      expect(harm.grownBy).toBeLessThan(100 * MIB);
      const asked = await victim.place.askedBadly();
      expect(asked).not.toContain('bomb');
    });

    test.each([
      ['unpacks to less than that', airyJson(GOOD, 20 * MIB)],
      ['is small', emptyJson(GOOD, MIB - 1)],
    ])('is served where it %s', async (_, body) => {
      const victim = await startVictim();
      const hit = await shoot({ url: new URL(CHAT, victim.url), headers: gzip, pieces: packedPieces(body) });
      expect(hit.status).toBe(200);
    });

    test.each([
      ['come slowly', '408 body_timeout', { missing: 1, timeoutMs: 5000 }],
      ['come at once', '400 invalid_body', { missing: 0, timeoutMs: 60_000 }],
    ])('costs no decoder of its own where many %s', async (_, answer, { missing, timeoutMs }) => {
      const victim = await startVictim({ BODY_TIMEOUT_MS: String(timeoutMs) });
      const body = wideWindow();
      const { outcome, ...harm } = await attacked(victim, () =>
        Promise.all(
          Array.from({ length: 60 }, () =>
            shoot({
              url: new URL(CHAT, victim.url),
              headers: `${JSON_TYPE}content-encoding: gzip, br\r\ncontent-length: ${body.length + missing}\r\n`,
              pieces: [body],
              timeoutMs: 60_000,
            }),
          ),
        ),
      );
      expect(new Set(outcome.map(inWords))).toEqual(new Set([answer]));
      expect(harm.grownBy).toBeLessThan(200 * MIB);
      expectUnharmed(harm);
    });

    test('is served where it fits MAX_READING_BYTES unpacked, though both would not', async () => {
      const victim = await startVictim({ MAX_READING_BYTES: String(16 * MIB) });
      const body = Buffer.from(`{${GOOD},"x":"${randomBytes(6 * MIB).toString('hex')}"}`);
      const hit = await shoot({ url: new URL(CHAT, victim.url), headers: gzip, pieces: packedPieces(body) });
      expect(hit.status).toBe(200);
      await untilNoneIsRead(victim);
    });

    test('that unpacks to nothing counts by what was sent, and is refused with 413', async () => {
      const victim = await startVictim({ MAX_BODY_BYTES: String(MIB) });
      const { outcome, ...harm } = await attacked(victim, () =>
        shoot({
          url: new URL(CHAT, victim.url),
          headers: `${CHUNKED}content-encoding: gzip, gzip\r\n`,
          pieces: nothingPieces(4 * MIB),
          timeoutMs: 5000,
        }),
      );
      expect(inWords(outcome)).toBe('413 request_too_large');
      expectUnharmed(harm);
    });
  });
});

const inWords = ({ status, code }: Hit) => `${status} ${code}`;

const untilNoneIsRead = ({ process }: Gateway) =>
  scrapeUntil(process, ({ value }) => value('weir_bodies_reading') === 0 && value('weir_bodies_reading_bytes') === 0);

const DRIP_MS = 1000;

/** A byte a second, until there is an answer. */
function sendSlowly({ url }: Gateway): Promise<Hit> {
  async function* bytes() {
    yield '{';
    for (let sent = 0; sent < 40; sent += 1) {
      await pause(DRIP_MS);
      yield ' ';
    }
  }
  const headers = `${JSON_TYPE}content-length: 100000\r\n`;
  return shoot({ url: new URL(CHAT, url), headers, pieces: bytes(), timeoutMs: 1000 });
}

function* packedPieces(body: Buffer): Generator<Buffer> {
  yield asChunk(gzipSync(body));
  yield Buffer.from('0\r\n\r\n');
}

function* nothingPieces(bytes: number): Generator<Buffer> {
  const { head, more } = packedNothing();
  yield asChunk(head);
  for (let sent = 0; sent < bytes; sent += more.length) yield asChunk(more);
}
