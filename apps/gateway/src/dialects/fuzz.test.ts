import { Buffer } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import fc, { type Arbitrary } from 'fast-check';
import { byteByByte, cut } from '../../../../test/fixtures/cut.ts';
import { readFixtures } from '../../../../test/fixtures/fixtures.ts';
import { SAMPLES } from '../../testing/apis.ts';
import { type RelayedInMemory, relayInMemory } from '../../testing/rehearsal.ts';
import { type Framing, sseFraming } from '../sse/framing.ts';
import { HIGHEST_COUNT } from './count.ts';
import { geminiArrayFraming } from './gemini/gemini-array.ts';

const SEED = 20_261_120;
const KINDS = ['sse', 'array', 'body'] as const;
const FRAMINGS: [string, Framing][] = [
  ['server-sent events', sseFraming],
  ['a JSON array', geminiArrayFraming],
];

const fixtures = readFixtures().map(({ bytes }) => bytes);
const apis = Object.keys(SAMPLES);

/** Random bytes; lines that are nearly events; JSON that is nearly an answer; fixtures, spliced and spoiled. */
const anyBytes: Arbitrary<Buffer> = fc.oneof(
  fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
  lines().map((text) => Buffer.from(text)),
  anAnswer().map((answer) => Buffer.from(JSON.stringify(answer))),
  fc.array(anAnswer(), { maxLength: 4 }).map((answers) => Buffer.from(JSON.stringify(answers, null, 1))),
  spoiled(),
);
const places = fc.array(fc.nat(), { maxLength: 20 });

describe.each(FRAMINGS)('whatever comes as %s', (_name, framing) => {
  test('comes out of the splitter as it went in, and no more than the limit is held', () => {
    const property = fc.property(anyBytes, places, fc.integer({ min: 1, max: 2000 }), (bytes, cuts, limit) => {
      expectBounded(framing, { pieces: cut(bytes, cuts), limit });
      expectBounded(framing, { pieces: byteByByte(bytes), limit });
    });
    fc.assert(property, { seed: SEED, numRuns: 1500 });
  });

  test('is held to the limit by the byte, be it nothing but line ends, spaces or brackets', () => {
    const units = ['x', '\n', '\r', '\r\n', ' ', ':\n', 'data:\n', 'é', '[', ']', '{', '"', '\\', '",', '[[', '{"a":'];
    const over = fc.integer({ min: -3, max: 3 });
    const property = fc.property(fc.constantFrom(...units), over, places, (unit, more, cuts) => {
      const limit = 65_536;
      const filling = Buffer.from(unit.repeat(limit)).subarray(0, limit + more);
      for (const end of ['', '\n\n', '\r\r', '\r\n\r\n', ']', '"}]']) {
        expectBounded(framing, { pieces: cut(Buffer.concat([filling, Buffer.from(end)]), cuts), limit });
      }
    });
    fc.assert(property, { seed: SEED, numRuns: 60 });
  });
});

describe.each(apis)('whatever a provider of %s sends', (api) => {
  test('is relayed as it came, and read without a throw, wherever it is cut', async () => {
    const property = fc.asyncProperty(fc.constantFrom(...KINDS), anyBytes, places, async (kind, bytes, cuts) => {
      const whole = await relayInMemory({ api, kind, pieces: [bytes] });
      expectSound(whole, bytes);
      expect(readingOf(await relayInMemory({ api, kind, pieces: cut(bytes, cuts) }))).toEqual(readingOf(whole));
    });
    await fc.assert(property, { seed: SEED, numRuns: 600 });
  });

  test('is relayed up to the frame that is over the limit', async () => {
    const limits = fc.integer({ min: 1, max: 600 });
    const property = fc.asyncProperty(
      fc.constantFrom(...KINDS),
      anyBytes,
      limits,
      async (kind, bytes, maxFrameBytes) => {
        const { out, frames } = await relayInMemory({ api, kind, pieces: [bytes], maxFrameBytes });
        expect(bytes.subarray(0, out.length)).toEqual(out);
        expect(Math.max(0, ...frames.map((frame) => frame.length))).toBeLessThanOrEqual(maxFrameBytes);
      },
    );
    await fc.assert(property, { seed: SEED, numRuns: 200 });
  });
});

function expectBounded(framing: Framing, { pieces, limit }: { pieces: readonly Buffer[]; limit: number }): void {
  const splitter = framing.createSplitter(limit);
  const out: Buffer[] = [];
  let held = 0;
  let mostHeld = 0;
  for (const piece of pieces) {
    const frames = splitter.push(piece);
    out.push(...frames);
    held += piece.length - bytesIn(frames);
    if (splitter.tooLarge) break;
    mostHeld = Math.max(mostHeld, held);
  }
  const { tooLarge } = splitter;
  if (!tooLarge) out.push(splitter.end());
  const bytes = Buffer.concat(pieces);
  expect(Math.max(mostHeld, longestOf(out))).toBeLessThanOrEqual(limit);
  expectSame(Buffer.concat(out), tooLarge ? bytes.subarray(0, bytesIn(out)) : bytes);
}

const bytesIn = (frames: readonly Buffer[]): number => frames.reduce((sum, { length }) => sum + length, 0);
const longestOf = (frames: readonly Buffer[]): number => frames.reduce((most, { length }) => Math.max(most, length), 0);

/** Compared cheaply first: a buffer is long to print, and there are many. */
function expectSame(one: Buffer, other: Buffer): void {
  if (!one.equals(other)) expect(one).toEqual(other);
}

/** Nothing threw, nothing was added, nothing is missing but half of a last frame, and the numbers are numbers. */
function expectSound({ out, frames, completion }: RelayedInMemory, bytes: Buffer): void {
  expect(completion.reason).not.toBe('internal');
  expectSame(out, out.length < bytes.length ? Buffer.concat(frames) : bytes);
  const { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens, reasoningTokens, totalTokens } = completion;
  const counts = [inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens, reasoningTokens, totalTokens];
  expect(counts.filter((count) => !Number.isInteger(count) || count < 0 || count > 2 * HIGHEST_COUNT)).toEqual([]);
  expect(Math.max(cachedInputTokens, cacheWriteTokens)).toBeLessThanOrEqual(inputTokens);
  expect(reasoningTokens).toBeLessThanOrEqual(outputTokens);
  if (completion.usageSource === 'none') expect(totalTokens).toBe(0);
}

/**
 * All but how far it was read: where lines end in CR, a frame may be known for one a read later, and an LF that comes after
 * all is then part of what follows, even where that is but half a frame.
 */
function readingOf({ out, contentSeen, completion }: RelayedInMemory) {
  const { frames, bytes, ...rest } = completion;
  return { out: out.toString('latin1').replace(/[\r\n]+$/, ''), contentSeen, ...rest };
}

function lines(): Arbitrary<string> {
  const field = fc.constantFrom('data', 'event', 'id', 'retry', 'error', '', ': ', 'data ', '\uFEFFdata', 'x');
  const value = fc.oneof(
    anAnswer().map((answer) => JSON.stringify(answer)),
    anAnswer().map((answer) => JSON.stringify(answer, null, 1)),
    fc.constantFrom('[DONE]', 'error', 'message_stop', '{"error":null}', '{', '}', '[', ']', 'null', ''),
    fc.string({ unit: 'binary', maxLength: 12 }),
  );
  const separator = fc.constantFrom(': ', ':', ':  ', '', ' :');
  const end = fc.constantFrom('\n', '\n\n', '\n\n', '\r\n', '\r\n\r\n', '\r', '\r\r', '');
  const line = fc.tuple(field, separator, value, end).map((parts) => parts.join(''));
  return fc.array(line, { maxLength: 12 }).map((parts) => parts.join(''));
}

/** An object that has all the names that any API looks at, and under them anything at all. */
function anAnswer(): Arbitrary<unknown> {
  const names = fc.constantFrom(...new Set(fixtures.flatMap((bytes) => namesIn(bytes))));
  const words = fc.constantFrom(
    'stop',
    'error',
    'null',
    'failed',
    'message_start',
    'message_delta',
    'response.completed',
  );
  const numbers = fc.oneof(fc.nat(2000), fc.integer(), fc.double(), fc.constantFrom('12', 1e300, -0));
  return fc.object({
    key: names,
    values: [numbers, words, fc.string({ unit: 'binary', maxLength: 8 }), fc.constantFrom(null, true, false)],
    maxDepth: 4,
    maxKeys: 8,
  });
}

function namesIn(bytes: Buffer): string[] {
  return [...bytes.toString('utf8').matchAll(/"(\w+)":/g)].map(([, name]) => String(name));
}

function spoiled(): Arbitrary<Buffer> {
  const fixture = fc.constantFrom(...fixtures);
  const spoil = fc.tuple(fc.nat(), fc.nat(40), fc.oneof(sliceOf(fixture), fc.uint8Array({ maxLength: 6 })));
  return fc.tuple(fixture, fc.array(spoil, { maxLength: 6 })).map(([bytes, spoils]) =>
    spoils.reduce<Buffer>((spoiling, [at, length, instead]) => {
      const from = at % (spoiling.length + 1);
      return Buffer.concat([spoiling.subarray(0, from), instead, spoiling.subarray(from + length)]);
    }, bytes),
  );
}

function sliceOf(fixture: Arbitrary<Buffer>): Arbitrary<Buffer> {
  return fc.tuple(fixture, fc.nat(), fc.nat(300)).map(([bytes, at, length]) => {
    const from = at % bytes.length;
    return bytes.subarray(from, from + length);
  });
}
