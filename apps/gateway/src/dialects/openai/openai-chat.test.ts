import { describe, expect, test } from '@jest/globals';
import { WeirError } from '../../errors.ts';
import { sseFraming } from '../../sse/framing.ts';
import type { Reading } from '../dialect.ts';
import { openAiChat } from './openai-chat.ts';

/** A frame is its data, or its event's name and its data. */
type Frame = string | [event: string, data: string];

const json = (value: object): string => JSON.stringify(value);
const chunk = (more: object): string => json({ id: 'c1', object: 'chat.completion.chunk', model: 'm-1', ...more });
const text = (content: string, more: object = {}): string =>
  chunk({ choices: [{ index: 0, delta: { content } }], ...more });
const finish = (more: object = {}, reason: string | null = 'stop'): string =>
  chunk({ choices: [{ index: 0, delta: {}, finish_reason: reason }], ...more });
const counts = (prompt: number, completion: number, more: object = {}) => ({
  prompt_tokens: prompt,
  completion_tokens: completion,
  total_tokens: prompt + completion,
  ...more,
});
const ZERO = counts(0, 0);
const DONE = '[DONE]';

function seeAll(frames: readonly Frame[]) {
  const reader = openAiChat.createReader();
  const sights = frames.map((frame) => {
    const [event, data] = typeof frame === 'string' ? [undefined, frame] : frame;
    return reader.see({ event, data });
  });
  return { sights, reading: reader.reading() };
}

const readingOf = (...frames: Frame[]): Reading => seeAll(frames).reading;
const sightOf = (frame: Frame) => seeAll([frame]).sights[0];

/** Input, output, cached, written, reasoning, total; null where usage was never reported. */
function tokensOf(...frames: Frame[]): number[] | null {
  const { usage, tokens } = readingOf(...frames);
  const { inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens, reasoningTokens, totalTokens } = tokens;
  const all = [inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens, reasoningTokens, totalTokens];
  return usage === null ? null : all;
}

describe('usage is read wherever it comes', () => {
  const USAGE = counts(20, 7, {
    prompt_tokens_details: { cached_tokens: 4 },
    completion_tokens_details: { reasoning_tokens: 2 },
  });
  const EXPECTED = [20, 7, 4, 0, 2, 27];

  test.each<[string, Frame[]]>([
    [
      'after the finish, with no choices',
      [text('a'), finish({ usage: null }), chunk({ choices: [], usage: USAGE }), DONE],
    ],
    ['in the finish frame', [text('a'), finish({ usage: USAGE }), DONE]],
    [
      'after the finish, beside an empty choice',
      [text('a'), finish(), chunk({ choices: [{ index: 0, delta: {} }], usage: USAGE }), DONE],
    ],
    ['after the finish, beside a finish that is said again', [finish(), finish({ usage: USAGE }), DONE]],
    ['before everything else', [chunk({ choices: [], usage: USAGE }), text('a'), finish(), DONE]],
    ['in a frame without choices', [text('a'), finish(), json({ response: '', usage: USAGE }), DONE]],
    [
      'in every frame, growing',
      [text('a', { usage: counts(20, 1) }), text('b', { usage: counts(20, 3) }), finish({ usage: USAGE })],
    ],
    ['in every frame, shrinking', [text('a', { usage: counts(169, 90) }), finish({ usage: USAGE }), DONE]],
    [
      'before a null',
      [chunk({ choices: [], usage: USAGE }), chunk({ choices: [], moderation: {}, usage: null }), DONE],
    ],
    ['before an empty object', [finish({ usage: USAGE }), chunk({ choices: [], usage: {} }), DONE]],
    ['before a frame without it', [finish({ usage: USAGE }), chunk({ choices: [] }), DONE]],
    [
      'after placeholders of zeros',
      [text('a', { usage: ZERO }), finish({ usage: ZERO }), chunk({ choices: [], usage: USAGE }), DONE],
    ],
    ['before placeholders of zeros', [chunk({ choices: [], usage: USAGE }), chunk({ choices: [], usage: ZERO }), DONE]],
    ['in x_groq alone', [text('a', { x_groq: { id: 'r' } }), finish({ x_groq: { id: 'r', usage: USAGE } }), DONE]],
    [
      'three times over',
      [finish({ usage: USAGE, x_groq: { usage: USAGE } }), chunk({ choices: [], usage: USAGE }), DONE],
    ],
    [
      'in the choice alone',
      [text('a'), chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop', usage: USAGE }] }), DONE],
    ],
    ['after the terminal frame', [finish(), DONE, chunk({ choices: [], usage: USAGE })]],
    ['in a frame with an error', [text('a'), text('', { error: { code: 400 }, usage: USAGE })]],
  ])('%s', (_name, frames) => {
    expect(tokensOf(...frames)).toEqual(EXPECTED);
    expect(readingOf(...frames).usage).toEqual(USAGE);
  });

  test.each<[string, Frame[]]>([
    ['nobody reports it', [text('a'), finish(), DONE]],
    ['it is null in every frame', [text('a', { usage: null }), finish({ usage: null }), DONE]],
    ['it is an empty object', [finish({ usage: {} }), DONE]],
    ['it counts no tokens', [finish({ usage: { prompt_time: 0.1, total_time: 0.2 }, x_groq: { id: 'r' } }), DONE]],
    ['it is no object', [finish({ usage: 7 }), finish({ usage: [counts(1, 1)] }), finish({ usage: 'none' })]],
    ['it stands where nobody puts it', [chunk({ timings: counts(1, 2), response: { usage: counts(1, 2) } })]],
    ['it is but spoken of', [text('"usage":{"prompt_tokens":999,"completion_tokens":9,"total_tokens":1008}'), DONE]],
    [
      'it is an argument of a tool',
      [
        chunk({
          choices: [{ index: 0, delta: { tool_calls: [{ function: { arguments: json({ usage: counts(9, 9) }) } }] } }],
        }),
      ],
    ],
  ])('unless %s: then it is unknown, not zero', (_name, frames) => {
    expect(tokensOf(...frames)).toBeNull();
    expect(readingOf(...frames).tokens.totalTokens).toBe(0);
  });

  test('zeros that nothing better follows are a report', () => {
    expect(tokensOf(text('a', { usage: ZERO }), DONE)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test('a later object replaces an earlier one whole, and is not laid over it', () => {
    const first = counts(20, 7, { prompt_tokens_details: { cached_tokens: 4 } });
    expect(tokensOf(finish({ usage: first }), finish({ usage: counts(21, 8) }))).toEqual([21, 8, 0, 0, 0, 29]);
  });

  test('what is handed out is as the provider wrote it, unclamped', () => {
    const usage = counts(7, 8, { prompt_tokens_details: { cached_tokens: 161 }, cost: 0.5, extra: [null] });
    expect(readingOf(finish({ usage })).usage).toEqual(usage);
  });
});

describe('usage by choice', () => {
  const finished = (index: number, usage: object | null): string =>
    chunk({ choices: [{ index, delta: {}, finish_reason: 'stop', usage }] });

  test('adds up, with the prompt counted once', () => {
    expect(
      tokensOf(finished(0, counts(19, 13)), finished(1, counts(19, 20)), finished(2, counts(19, 1)), DONE),
    ).toEqual([19, 34, 0, 0, 0, 53]);
  });

  test('adds up its reasoning too', () => {
    const reasoned = (completion: number, reasoning: number) =>
      counts(19, completion, { completion_tokens_details: { reasoning_tokens: reasoning } });
    expect(tokensOf(finished(0, reasoned(13, 5)), finished(1, reasoned(20, 7)))).toEqual([19, 33, 0, 0, 12, 52]);
  });

  test('keeps the cached part of the prompt', () => {
    const cached = counts(19, 13, { cached_tokens: 10 });
    expect(tokensOf(finished(0, cached), finished(1, cached))).toEqual([19, 26, 10, 0, 0, 45]);
  });

  test('counts a choice once, with what it said last', () => {
    expect(tokensOf(finished(0, counts(19, 1)), finished(0, counts(19, 13)), finished(0, null))).toEqual([
      19, 13, 0, 0, 0, 32,
    ]);
  });

  test('gives way to usage of the whole, whichever comes first', () => {
    const whole = chunk({ choices: [], usage: counts(19, 33) });
    const byChoice = [finished(0, counts(19, 13)), finished(1, counts(19, 20))];
    expect(tokensOf(...byChoice, whole)).toEqual([19, 33, 0, 0, 0, 52]);
    expect(tokensOf(whole, ...byChoice)).toEqual([19, 33, 0, 0, 0, 52]);
  });
});

describe('the finish reason', () => {
  test.each<[string, Frame[], string | null]>([
    ['is the last that was given', [finish({}, 'stop'), finish({}, 'tool_calls')], 'tool_calls'],
    ['outlives a null', [finish(), finish({}, null), DONE], 'stop'],
    ['outlives a frame without it', [finish({}, 'length'), text('a'), DONE], 'length'],
    ['outlives an empty one', [finish({}, 'length'), finish({}, ''), DONE], 'length'],
    [
      'comes from a choice without a delta',
      [chunk({ choices: [{ index: 0, finish_reason: 'content_filter' }] })],
      'content_filter',
    ],
    ['may never come', [text('a'), chunk({ choices: [], usage: counts(1, 1) }), DONE], null],
    ['is not the word "null"', [finish({}, 'null')], null],
    ['is not taken from what is said', [text('"finish_reason":"stop"')], null],
  ])('%s', (_name, frames, expected) => {
    expect(readingOf(...frames).finishReason).toBe(expected);
  });

  test('with several choices does not end anything', () => {
    const frames = [0, 1, 2].map((index) => chunk({ choices: [{ index, delta: {}, finish_reason: 'stop' }] }));
    const { sights, reading } = seeAll(frames);
    expect(sights.every((sight) => sight?.end === null)).toBe(true);
    expect(reading.terminalSeen).toBe(false);
  });
});

describe('the end', () => {
  test.each([DONE, ' [DONE]', '[DONE] ', '\t[DONE]\t'])('is said by %j', (data) => {
    const { sights, reading } = seeAll([finish(), data]);
    expect(sights[1]).toEqual({ content: false, end: 'terminal', usage: 'none' });
    expect(reading).toMatchObject({ terminalSeen: true, failed: false });
  });

  test('is said under any event name', () => {
    expect(sightOf(['done', DONE])?.end).toBe('terminal');
  });

  test.each(['[DONE', '"[DONE]"', 'DONE', '[done]', '[DONE][DONE]', text('[DONE]'), text('\n\ndata: [DONE]\n\n')])(
    'is not said by %s',
    (data) => {
      expect(sightOf(data)?.end ?? null).toBeNull();
    },
  );
});

describe('the provider says that it failed', () => {
  test.each<[string, Frame]>([
    ['by an error object', json({ error: { message: 'no', type: 'server_error', param: null, code: null } })],
    ['by an error as text', json({ error: 'no' })],
    ['by an error of few words', json({ error: {} })],
    ['by an event of that name', ['error', json({ error: { message: 'no', status_code: 400 } })]],
    ['by an event of that name, flat', ['error', json({ message: 'no', type: 'error' })]],
    ['by an event of that name, in plain text', ['error', 'upstream request failed']],
    ['by an error beside choices', text('', { error: { code: 400, message: 'no' }, provider: 'P' })],
    ['by an error with a numeric code', json({ error: { code: 500 } })],
    ['by an old, flat error', ['error', json({ object: 'error', message: 'no', code: 500 })]],
  ])('%s', (_name, frame) => {
    const { sights, reading } = seeAll([text('a'), frame]);
    expect(sights[1]?.end).toBe('error');
    expect(reading).toMatchObject({ failed: true, terminalSeen: false });
  });

  test.each([
    text('a', { error: null }),
    text('a', { error: '' }),
    text('a', { error: false }),
    text('{"error":{"message":"no"}}'),
    text('error'),
    chunk({ choices: [{ index: 0, delta: { error: { message: 'said' } } }] }),
  ])('but not by %s', (frame) => {
    expect(seeAll([frame])).toMatchObject({ sights: [{ end: null }], reading: { failed: false } });
  });

  test('and that stands, whatever it says afterwards', () => {
    expect(readingOf(json({ error: 'no' }), finish({ error: null, usage: counts(1, 2) }), DONE)).toMatchObject({
      failed: true,
      terminalSeen: true,
      finishReason: 'stop',
    });
  });

  test('and what it used is counted all the same', () => {
    const frame = text('', { error: { code: 400, message: 'Token limit reached' }, usage: counts(30, 10) });
    expect(sightOf(frame)).toEqual({ content: false, end: 'error', usage: 'beside' });
    expect(tokensOf(finish({}, 'length'), finish({}, 'length'), frame, DONE)).toEqual([30, 10, 0, 0, 0, 40]);
  });
});

describe('the model and the id are the first that say something', () => {
  test.each<[string, Frame[], string | null, string | null]>([
    ['past empty ones', [json({ choices: [], id: '', model: '', created: 0 }), text('a'), text('b')], 'm-1', 'c1'],
    ['each by itself', [json({ id: 'c9' }), json({ id: 'c8', model: 'm-9' })], 'm-9', 'c9'],
    ['from an error frame too', [json({ id: 'c9', model: 'm-9', error: 'no' })], 'm-9', 'c9'],
    ['unless nothing ever does', [json({ id: null, model: 7, choices: [] }), DONE], null, null],
  ])('%s', (_name, frames, model, upstreamId) => {
    expect(readingOf(...frames)).toMatchObject({ model, upstreamId });
  });
});

describe('a frame carries something generated', () => {
  const delta = (members: object): string => chunk({ choices: [{ index: 0, delta: members }] });

  test.each([
    text('a'),
    text(' '),
    delta({ role: 'assistant', content: 'a' }),
    delta({ refusal: 'no' }),
    delta({ reasoning_content: 'hm' }),
    delta({ reasoning: 'hm' }),
    delta({ tool_calls: [{ index: 0, id: 't', function: { name: 'f', arguments: '' } }] }),
    delta({ function_call: { name: 'f' } }),
    delta({ audio: { id: 'a' } }),
    delta({ content: [{ type: 'text', text: 'a' }] }),
    chunk({ choices: [{ index: 0, text: 'a', logprobs: null, finish_reason: null }] }),
    chunk({ choices: [{ index: 0, message: { role: 'assistant', content: 'a' } }] }),
    chunk({
      choices: [
        { index: 0, delta: {} },
        { index: 1, delta: { content: 'a' } },
      ],
    }),
    text('a', { usage: counts(1, 1) }),
  ])('%s', (frame) => {
    expect(sightOf(frame)?.content).toBe(true);
  });

  test.each([
    text(''),
    delta({}),
    delta({ role: 'assistant' }),
    delta({ role: 'assistant', content: '', refusal: null }),
    delta({ role: 'assistant', content: null }),
    delta({ tool_calls: [], content: [] }),
    delta({ content: '', provider_specific_fields: {} }),
    finish(),
    chunk({ choices: [] }),
    chunk({ choices: null }),
    chunk({ choices: {} }),
    chunk({ choices: [null, 7, 'x', []] }),
    chunk({ choices: [], prompt_filter_results: [{ prompt_index: 0 }] }),
    chunk({ choices: [{ index: 0, finish_reason: null, content_filter_results: { hate: { filtered: false } } }] }),
    chunk({ choices: [{ index: 0, text: '', delta: null }] }),
    chunk({ choices: [{ index: 0, message: { content: 'so far' }, delta: { role: 'assistant', content: '' } }] }),
    json({ error: { message: 'no' } }),
    json({}),
  ])('but not %s', (frame) => {
    expect(sightOf(frame)?.content).toBe(false);
  });
});

describe('usage in a frame stands', () => {
  test.each<[string, string, string]>([
    ['alone, where there are no choices beside it', chunk({ choices: [], usage: counts(1, 1) }), 'alone'],
    [
      'beside what else there is, where nobody speaks of choices',
      json({ response: 'x', usage: counts(1, 1) }),
      'beside',
    ],
    ['alone, though it be zeros', chunk({ choices: [], usage: ZERO }), 'alone'],
    ['beside choices, full ones', text('a', { usage: counts(1, 1) }), 'beside'],
    ['beside choices, empty ones', chunk({ choices: [{ index: 0, delta: {} }], usage: counts(1, 1) }), 'beside'],
    ['beside choices, in x_groq', finish({ x_groq: { usage: counts(1, 1) } }), 'beside'],
    ['nowhere, where it is null', chunk({ choices: [], usage: null }), 'none'],
    ['nowhere, where it is empty', chunk({ choices: [], usage: {} }), 'none'],
  ])('%s', (_name, frame, usage) => {
    expect(sightOf(frame)?.usage).toBe(usage);
  });
});

describe('what cannot be read changes nothing', () => {
  const around = (data: string) => seeAll([text('a'), data, finish({ usage: counts(3, 4) }), DONE]);
  const REST = { failed: false, terminalSeen: true, tokens: { totalTokens: 7 } };

  test.each(['[]', '[{"usage":{"prompt_tokens":1}}]', '7', 'null', 'true', '"text"'])('%s is none of ours', (data) => {
    const { sights, reading } = around(data);
    expect(sights[1]).toEqual({ content: false, end: null, usage: 'none' });
    expect(reading).toMatchObject(REST);
  });

  test.each(['', ' ', '{', '{"choices":[{"delta":{"content":"a', '[DON', '<html>'])('%j is malformed', (data) => {
    const { sights, reading } = around(data);
    expect(sights[1]).toBeNull();
    expect(reading).toMatchObject(REST);
  });

  test('and the prototype of every object is out of reach', () => {
    const frame = '{"__proto__":{"usage":{"prompt_tokens":5},"error":"no"},"choices":[{"__proto__":{"text":"a"}}]}';
    expect(seeAll([frame])).toMatchObject({
      sights: [{ content: false, end: null, usage: 'none' }],
      reading: { usage: null },
    });
  });
});

describe('an answer that is no stream', () => {
  const bodyReading = (body: unknown): Reading => {
    const reader = openAiChat.createReader();
    reader.seeBody(body);
    return reader.reading();
  };

  test('is read whole', () => {
    const message = { role: 'assistant', content: 'a' };
    const body = {
      id: 'c1',
      model: 'm-1',
      choices: [{ index: 0, message, finish_reason: 'stop' }],
      usage: counts(9, 1),
    };
    expect(bodyReading(body)).toMatchObject({
      model: 'm-1',
      upstreamId: 'c1',
      finishReason: 'stop',
      terminalSeen: true,
      failed: false,
      tokens: { inputTokens: 9, outputTokens: 1, totalTokens: 10 },
    });
  });

  test('may be an error all the same', () => {
    expect(bodyReading({ error: { message: 'no' } })).toMatchObject({ failed: true, usage: null });
    expect(bodyReading({ error: 'no' }).failed).toBe(true);
    expect(bodyReading({ error: null, choices: [] }).failed).toBe(false);
  });

  test.each([null, [], 'text', 7, true])('is none where it is %j', (body) => {
    expect(bodyReading(body)).toMatchObject({ terminalSeen: false, usage: null, model: null });
  });
});

describe('an error of ours', () => {
  const error = new WeirError('idle_timeout');

  test("has the shape that OpenAI's clients expect", () => {
    expect(openAiChat.errorBody(error)).toEqual({
      error: {
        message: 'The provider went silent for too long.',
        type: 'server_error',
        param: null,
        code: 'idle_timeout',
      },
    });
    expect(openAiChat.errorBody(new WeirError('invalid_api_key'))).toMatchObject({
      error: { type: 'invalid_request_error', code: 'invalid_api_key' },
    });
  });

  test('is one frame of data in a stream, which reads as an error', () => {
    const frame = openAiChat.errorFrame(new WeirError('upstream_protocol', { detail: 'two\nlines' }), {
      framing: sseFraming,
      frames: 1,
    });
    expect(frame).toMatch(/^data: [^\n]*\n\n$/);
    expect(sightOf(frame.slice(6).trim())?.end).toBe('error');
  });
});

test('the key goes where OpenAI looks for it', () => {
  expect(openAiChat.credentials('sk-1')).toEqual({ authorization: 'Bearer sk-1' });
});

describe('the tier that it was served in', () => {
  test('is the last that was said', () => {
    const usage = counts(1, 1);
    expect(readingOf(text('a', { service_tier: 'auto' }), finish({ service_tier: 'flex', usage })).serviceTier).toBe(
      'flex',
    );
    expect(readingOf(text('a', { service_tier: 'flex' }), finish({ service_tier: null })).serviceTier).toBe('flex');
    expect(readingOf(text('a'), DONE).serviceTier).toBeNull();
  });
});
