import { Buffer } from 'node:buffer';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { byteByByte, cut } from '../../../../test/fixtures/cut.ts';
import { type Fixture, readFixtures } from '../../../../test/fixtures/fixtures.ts';
import { SAMPLES } from '../../testing/apis.ts';
import { CONTENT_TYPES, callOf, relayInMemory } from '../../testing/rehearsal.ts';
import type { Framing } from '../sse/framing.ts';

const MAX_FRAME_BYTES = 1_000_000;
/** One run cuts every so many bytes; from each beginning in turn, every byte is cut at once. */
const STRIDE = 200;

const fixtures = readFixtures();
const named = fixtures.map((fixture): [string, Fixture] => [fixture.name, fixture]);
const streams = named.filter(([, { kind }]) => kind !== 'body');

test.each(named)('%s reads as it should, and passes untouched', async (_name, fixture) => {
  const { out, frames, completion } = await relayed(fixture);
  expect(completion).toMatchObject(fixture.expected);
  // Half a frame at a broken end is the one thing that nobody is handed.
  const passed = fixture.expected.reason === 'stream_incomplete' ? Buffer.concat(frames) : fixture.bytes;
  expect(out.toString('latin1')).toBe(passed.toString('latin1'));
});

describe('split at every byte', () => {
  test.each(streams)('%s falls into the same frames', (_name, fixture) => {
    const whole = framesOf(fixture, [fixture.bytes]);
    for (let at = 1; at < fixture.bytes.length; at += 1) {
      expectSame(framesOf(fixture, cut(fixture.bytes, [at])), whole);
    }
    expectSame(framesOf(fixture, byteByByte(fixture.bytes)), whole);
  });

  test.each(named)('%s reads the same', async (_name, fixture) => {
    const whole = await relayed(fixture);
    for (let first = 1; first <= STRIDE; first += 1) {
      expectSame(await relayed(fixture, cut(fixture.bytes, everyNth(first, fixture.bytes.length))), whole);
    }
    expectSame(await relayed(fixture, byteByByte(fixture.bytes)), whole);
  });
});

describe('split at random', () => {
  test.each(named)('%s reads the same', async (_name, fixture) => {
    const whole = await relayed(fixture);
    const property = fc.asyncProperty(fc.array(fc.nat(), { minLength: 1, maxLength: 40 }), async (places) => {
      expectSame(await relayed(fixture, cut(fixture.bytes, places)), whole);
    });
    await fc.assert(property, { seed: 20_261_120, numRuns: 50 });
  });
});

describe('the fixtures', () => {
  test('are of APIs that there are, and every API has some', () => {
    expect([...new Set(fixtures.map(({ api }) => api))].sort()).toEqual(Object.keys(SAMPLES).sort());
  });

  test('know no part that is larger than its whole', () => {
    for (const { name, expected } of fixtures) {
      expect({
        name,
        cached: Math.max(expected.cachedInputTokens, expected.cacheWriteTokens) <= expected.inputTokens,
        reasoning: expected.reasoningTokens <= expected.outputTokens,
        total: expected.inputTokens + expected.outputTokens,
      }).toEqual({ name, cached: true, reasoning: true, total: expected.totalTokens });
    }
  });
});

const relayed = (fixture: Fixture, pieces: readonly Buffer[] = [fixture.bytes]) =>
  relayInMemory({ ...fixture, pieces });

function framesOf({ api, kind }: Fixture, pieces: readonly Buffer[]) {
  const { dialect, ask } = callOf(api, true);
  const splitter = (dialect.framing(CONTENT_TYPES[kind], ask) as Framing).createSplitter(MAX_FRAME_BYTES);
  const frames = pieces.flatMap((piece) => splitter.push(piece));
  return { frames, rest: splitter.end() };
}

/** Compared cheaply first: there are hundreds of thousands of splits. */
function expectSame(split: object, whole: object): void {
  if (!isDeepStrictEqual(split, whole)) expect(split).toEqual(whole);
}

/** The cuts at every STRIDEth byte from the first one on. */
function everyNth(first: number, length: number): number[] {
  const cuts: number[] = [];
  for (let at = first; at < length; at += STRIDE) cuts.push(at);
  return cuts;
}
