import { Buffer } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import { REFUSALS, WeirError } from '../../errors.ts';
import { sseFraming } from '../../sse/framing.ts';
import type { Reading } from '../dialect.ts';
import { RequestBody } from '../request-body.ts';
import { gemini } from './gemini.ts';
import { ARRAY_END, geminiArrayFraming } from './gemini-array.ts';
import { geminiSseFraming } from './gemini-sse.ts';

const ask = (verb: string) => gemini.ask({ url: `/v1beta/models/g:${verb}`, body: RequestBody.of(Buffer.from('{}')) });
const STREAM = ask('streamGenerateContent');
const WHOLE = ask('generateContent');

const chunk = (more: object): object => ({ modelVersion: 'g-1', responseId: 'r1', ...more });
const parts = (...some: object[]): object => chunk({ candidates: [{ content: { parts: some, role: 'model' } }] });
const finish = (finishReason: string, more: object = {}): object =>
  chunk({ candidates: [{ content: { parts: [{ text: '' }] }, finishReason }], ...more });
const used = (usageMetadata: unknown): object => chunk({ candidates: [], usageMetadata });
const counts = (prompt: number, candidates: number, more: object = {}) => ({
  promptTokenCount: prompt,
  candidatesTokenCount: candidates,
  totalTokenCount: prompt + candidates,
  ...more,
});

function seeAll(chunks: readonly unknown[]) {
  const reader = gemini.createReader();
  const sights = chunks.map((one) => reader.see({ data: typeof one === 'string' ? one : JSON.stringify(one) }));
  return { sights, reading: reader.reading() };
}

const readingOf = (...chunks: unknown[]): Reading => seeAll(chunks).reading;
const sightOf = (one: unknown) => seeAll([one]).sights[0];

/** Input, output, cached, reasoning; null where usage was never reported. */
function tokensOf(...chunks: unknown[]): number[] | null {
  const { usage, tokens } = readingOf(...chunks);
  const { inputTokens, outputTokens, cachedInputTokens, reasoningTokens } = tokens;
  return usage === null ? null : [inputTokens, outputTokens, cachedInputTokens, reasoningTokens];
}

describe('the last usage counts, whole', () => {
  const THINKING = { promptTokenCount: 87, thoughtsTokenCount: 78, totalTokenCount: 165 };

  test.each<[string, unknown[], number[] | null]>([
    ['on every chunk, growing', [used(counts(9, 1)), used(counts(9, 4))], [9, 4, 0, 0]],
    ['shrinking', [used(counts(169, 90)), used(counts(79, 11))], [79, 11, 0, 0]],
    ['without a field that it had before', [used({ ...counts(87, 8), ...THINKING }), used(THINKING)], [87, 78, 0, 78]],
    ['before chunks that count nothing', [used(counts(9, 4)), used({ trafficType: 'ON_DEMAND' })], [9, 4, 0, 0]],
    ['before a null, and none at all', [used(counts(9, 4)), used(null), chunk({})], [9, 4, 0, 0]],
    ['before a total alone', [used(counts(9, 4)), used({ totalTokenCount: 99 })], [9, 4, 0, 0]],
    ['before zeros', [used(counts(9, 4)), used(counts(0, 0))], [9, 4, 0, 0]],
    ['after zeros', [used(counts(0, 0)), used(counts(9, 4))], [9, 4, 0, 0]],
    ['zeros, where there is nothing else', [used(counts(0, 0))], [0, 0, 0, 0]],
    ['as digits', [used({ promptTokenCount: '9', candidatesTokenCount: '4' })], [9, 4, 0, 0]],
    ['never, though a total was', [used({ totalTokenCount: 99 })], null],
    ['never, though its traffic has a type', [used({ trafficType: 'ON_DEMAND' })], null],
  ])('%s', (_where, chunks, expected) => {
    expect(tokensOf(...chunks)).toEqual(expected);
  });

  test('thoughts and what tools put into the prompt are added, cached content is not', () => {
    const usage = counts(147, 108, {
      thoughtsTokenCount: 360,
      toolUsePromptTokenCount: 168,
      cachedContentTokenCount: 100,
    });
    expect(tokensOf(used(usage))).toEqual([315, 468, 100, 360]);
    expect(readingOf(used(usage)).usage).toEqual(usage);
  });

  test('and what only looks like it, in arguments and in text, does not', () => {
    const args = { usageMetadata: counts(999, 999), error: { code: 1 }, finishReason: 'STOP', modelVersion: 'x' };
    const reading = readingOf(
      used(counts(9, 4)),
      parts({ functionCall: { name: 'f', args } }, { text: '{"usageMetadata":{"promptTokenCount":1}}' }),
    );
    expect(reading).toMatchObject({ failed: false, finishReason: null, model: 'g-1', usage: counts(9, 4) });
  });
});

describe('the finish reason', () => {
  const BLOCKED = { promptFeedback: { blockReason: 'SAFETY' } };

  test.each<[string, unknown[], string | null]>([
    ['is the last', [finish('STOP'), finish('MAX_TOKENS')], 'MAX_TOKENS'],
    ['stays where nothing follows', [finish('STOP'), finish(''), chunk({}), used(counts(1, 1))], 'STOP'],
    ['is not one that is unspecified', [finish('FINISH_REASON_UNSPECIFIED')], null],
    [
      'is of the last candidate that has one',
      [chunk({ candidates: [{ finishReason: 'STOP' }, { finishReason: 'SAFETY' }, {}] })],
      'SAFETY',
    ],
    ['of a blocked prompt is why it was blocked', [chunk(BLOCKED)], 'SAFETY'],
    ['of a prompt with mere feedback is its candidate’s', [finish('STOP', BLOCKED)], 'STOP'],
    ['is not there before it comes', [parts({ text: 'a' }), chunk({ promptFeedback: { safetyRatings: [] } })], null],
  ])('%s', (_what, chunks, expected) => {
    expect(readingOf(...chunks).finishReason).toBe(expected);
  });
});

describe('content', () => {
  test.each([
    [{ text: 'a' }],
    [{ text: 'a', thought: true }],
    [{ text: '' }, { functionCall: { name: 'f' } }],
    [{ inlineData: { mimeType: 'image/png', data: 'AA==' } }],
    [{ executableCode: { code: '1' } }],
    [{ codeExecutionResult: { outcome: 'OUTCOME_OK' } }],
  ])('is %j', (...some) => {
    expect(sightOf(parts(...some))).toEqual({ content: true, end: null, usage: 'none' });
  });

  test.each([
    parts(),
    parts({ text: '' }),
    parts({ text: '', thoughtSignature: 'c2ln', thought: true }),
    finish('STOP', { usageMetadata: counts(9, 4) }),
    chunk({ promptFeedback: { blockReason: 'OTHER' } }),
    used(counts(9, 4)),
    { unknown: [1, 2] },
    { candidates: 'no', usageMetadata: 7, error: null },
    [],
    7,
  ])('is not %j', (one) => {
    expect(sightOf(one)).toEqual({ content: false, end: null, usage: 'none' });
  });

  test('is not known of half a frame', () => {
    expect(sightOf('{"candidates": [{')).toBeNull();
  });
});

describe('an error', () => {
  const ERROR = { error: { code: 503, message: 'm', status: 'UNAVAILABLE' } };

  test.each([ERROR, [ERROR], { error: 'm' }, { ...ERROR, usageMetadata: counts(9, 4) }])('is seen in %j', (one) => {
    expect(sightOf(one)).toMatchObject({ end: 'error' });
    expect(readingOf(parts({ text: 'a' }), one)).toMatchObject({ failed: true, model: 'g-1' });
  });

  test('is not seen in a null or in empty text', () => {
    expect(readingOf({ error: null }, { error: '' }).failed).toBe(false);
  });

  test.each([ERROR, [ERROR]])('is read from a whole body: %j', (body) => {
    const reader = gemini.createReader();
    expect(reader.seeBody(body)).toBe(true);
    expect(reader.reading()).toMatchObject({ failed: true, usage: null });
  });
});

describe('the end', () => {
  function endOfArray(...chunks: object[]) {
    const reader = gemini.createReader();
    for (const one of chunks) reader.see({ data: JSON.stringify(one) });
    return { sight: reader.see(ARRAY_END), terminalSeen: reader.reading().terminalSeen };
  }

  test('of an array is its closing bracket', () => {
    expect(endOfArray(finish('STOP'))).toMatchObject({ sight: { end: 'terminal' }, terminalSeen: true });
  });

  test('of an array that failed is no end of an answer', () => {
    expect(endOfArray({ error: { code: 500 } })).toMatchObject({ sight: { end: 'terminal' }, terminalSeen: false });
  });

  test('of events is said by none of them', () => {
    const { sights, reading } = seeAll([parts({ text: 'a' }), finish('STOP'), ']', '[DONE]']);
    expect(sights.map((sight) => sight?.end)).toEqual([null, null, undefined, undefined]);
    expect(reading.terminalSeen).toBe(false);
  });

  test('of a whole body is its own', () => {
    const reader = gemini.createReader();
    expect(reader.seeBody(finish('STOP', { usageMetadata: counts(9, 4) }))).toBe(true);
    expect(reader.reading()).toMatchObject({ terminalSeen: true, finishReason: 'STOP', upstreamId: 'r1' });
  });

  test.each([null, 7, 'text', [], [7]])('of %j is none: it is no answer', (body) => {
    expect(gemini.createReader().seeBody(body)).toBe(false);
  });
});

describe('an answer is framed', () => {
  test.each([
    ['text/event-stream', STREAM, geminiSseFraming],
    ['text/event-stream; charset=utf-8', WHOLE, geminiSseFraming],
    ['application/json; charset=utf-8', STREAM, geminiArrayFraming],
    ['application/json', WHOLE, null],
    ['text/html', STREAM, null],
  ])('as %s where that is what came', (contentType, asked, framing) => {
    expect(gemini.framing(contentType, asked)).toBe(framing);
  });
});

describe('an error of ours', () => {
  const error = new WeirError('idle_timeout');
  const said = { error: { code: 504, message: error.message, status: 'DEADLINE_EXCEEDED' } };

  test('has Google’s shape', () => {
    expect(gemini.errorBody(error)).toEqual(said);
  });

  test.each([
    ['invalid_body', 'INVALID_ARGUMENT'],
    ['invalid_api_key', 'UNAUTHENTICATED'],
    ['model_not_found', 'NOT_FOUND'],
    ['request_too_large', 'INVALID_ARGUMENT'],
    ['internal', 'INTERNAL'],
    ['upstream_reset', 'UNAVAILABLE'],
    ['gateway_shutdown', 'UNAVAILABLE'],
  ] as const)('says of %s: %s', (code, status) => {
    expect(gemini.errorBody(new WeirError(code))).toMatchObject({ error: { status } });
  });

  test('never says less than what was wrong', () => {
    for (const code of Object.keys(REFUSALS)) {
      const refusal = new WeirError(code as keyof typeof REFUSALS);
      expect(gemini.errorBody(refusal)).toMatchObject({ error: { code: refusal.status, message: refusal.message } });
    }
  });

  test('is an event among events, and said once more as Google itself says it', () => {
    for (const framing of [geminiSseFraming, sseFraming]) {
      expect(gemini.errorFrame(error, { framing, frames: 3 })).toBe(
        `data: ${JSON.stringify(said)}\r\n\r\n${JSON.stringify(said)}`,
      );
    }
  });

  test.each([
    ['', 0, [said]],
    ['[{}', 1, [{}, said]],
    ['[{},{}', 2, [{}, {}, said]],
  ])('closes the array that began with %j', (begun, frames, whole) => {
    expect(JSON.parse(begun + gemini.errorFrame(error, { framing: geminiArrayFraming, frames }))).toEqual(whole);
  });
});

test('a key goes into its own header', () => {
  expect(gemini.credentials('AIza')).toEqual({ 'x-goog-api-key': 'AIza' });
});

describe('what an answer was grounded in', () => {
  const grounded = (groundingMetadata: object) => chunk({ candidates: [{ groundingMetadata }] });
  const unitsOf = (...chunks: object[]) => readingOf(...chunks, used(counts(9, 4))).units;

  test('is counted in searches', () => {
    const searched = grounded({ webSearchQueries: ['weirs', 'dams'], groundingChunks: [{ web: {} }] });
    expect(unitsOf(searched)).toEqual({ web_searches: 2 });
    expect(unitsOf(searched, parts({ text: 'a' }))).toEqual({ web_searches: 2 });
  });

  test('may be no search', () => {
    expect(unitsOf(grounded({ groundingChunks: [{ maps: {} }] }))).toEqual({ groundings: 1 });
  });

  test('may be nothing', () => {
    expect(unitsOf(grounded({}), parts({ text: 'a' }))).toBeNull();
    expect(readingOf(grounded({ webSearchQueries: ['weirs'] })).units).toBeNull(); // nor is there usage
  });
});
