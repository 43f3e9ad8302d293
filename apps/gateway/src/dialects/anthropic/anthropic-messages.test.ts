import { Buffer } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import { WeirError } from '../../errors.ts';
import { readEvent } from '../../sse/event.ts';
import { sseFraming } from '../../sse/framing.ts';
import { OTHER, type Reading } from '../dialect.ts';
import { RequestBody } from '../request-body.ts';
import { anthropicMessages } from './anthropic-messages.ts';

/** A frame is its data, or its event's name and its data. */
type Frame = string | [event: string, data: string];

const json = (value: object): string => JSON.stringify(value);
const counts = (input: number, output: number, more: object = {}) => ({
  input_tokens: input,
  output_tokens: output,
  ...more,
});
const start = (usage: object | null, more: object = {}): string =>
  json({
    type: 'message_start',
    message: { id: 'msg_1', model: 'm-1', content: [], stop_reason: null, usage, ...more },
  });
const block = (members: object): string => json({ type: 'content_block_start', index: 0, content_block: members });
const delta = (members: object): string => json({ type: 'content_block_delta', index: 0, delta: members });
const text = (words: string): string => delta({ type: 'text_delta', text: words });
const change = (usage: object | null, stopReason: string | null = 'end_turn'): string =>
  json({ type: 'message_delta', delta: { stop_reason: stopReason, stop_sequence: null }, usage });
const PING = '{"type": "ping"}';
const STOP = '{"type":"message_stop"       }';
const FAILED = json({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } });

function seeAll(frames: readonly Frame[]) {
  const reader = anthropicMessages.createReader();
  const sights = frames.map((frame) => {
    const [event, data] = typeof frame === 'string' ? [undefined, frame] : frame;
    return reader.see({ event, data });
  });
  return { sights, reading: reader.reading() };
}

const readingOf = (...frames: Frame[]): Reading => seeAll(frames).reading;
const sightOf = (frame: Frame) => seeAll([frame]).sights[0];

function bodyReading(body: unknown): Reading {
  const reader = anthropicMessages.createReader();
  reader.seeBody(body);
  return reader.reading();
}

describe('usage is what the deltas said, laid over what the start said', () => {
  test.each<[string, Frame[], object | null]>([
    [
      'with the output alone in the delta',
      [start(counts(17, 1)), text('a'), change({ output_tokens: 64 }), STOP],
      counts(17, 64),
    ],
    ['with all in the delta', [start(counts(43, 1)), change(counts(61, 64)), STOP], counts(61, 64)],
    [
      'with several deltas, of which the last counts',
      [start(counts(9, 2)), change(counts(9, 5), null), change(counts(8, 4)), STOP],
      counts(8, 4),
    ],
    ['with nothing in the start', [start(null), change(counts(9, 5)), STOP], counts(9, 5)],
    ['with zeros in the start', [start(counts(0, 0)), change(counts(9, 5)), STOP], counts(9, 5)],
    ['with null in the delta', [start(counts(9, 5)), change(null), STOP], counts(9, 5)],
    ['with no start at all', [change(counts(9, 5)), STOP], counts(9, 5)],
    [
      'with the start said twice',
      [start(counts(17, 1)), start(counts(17, 1)), change({ output_tokens: 64 }), STOP],
      counts(17, 64),
    ],
    [
      'with the start said again after the delta',
      [start(counts(17, 1)), change(counts(17, 64)), start(counts(17, 1)), STOP],
      counts(17, 64),
    ],
    ['with a start before the first delta', [start(counts(75, 2)), text('a')], counts(75, 2)],
    [
      'with counts in an error',
      [start(counts(75, 2)), json({ type: 'error', error: {}, usage: counts(75, 30) })],
      counts(75, 30),
    ],
    [
      'with the same restated at the end',
      [
        start(counts(9, 1)),
        change({ output_tokens: 5 }),
        json({ type: 'message_stop', 'amazon-bedrock-invocationMetrics': { inputTokenCount: 9, outputTokenCount: 5 } }),
      ],
      counts(9, 5),
    ],
    ['unless nobody reports it', [start({}), text('a'), change({}), STOP], null],
    [
      'unless it counts no tokens',
      [start({ service_tier: 'standard' }), change({ server_tool_use: { web_search_requests: 1 } }), STOP],
      null,
    ],
    ['unless it is no object', [start([counts(1, 1)]), change([counts(1, 1)]), STOP], null],
    [
      'unless it is but spoken of',
      [
        text('"usage":{"input_tokens":9,"output_tokens":9}'),
        delta({ type: 'input_json_delta', partial_json: json(counts(9, 9)) }),
      ],
      null,
    ],
    [
      'unless it stands where nobody puts it',
      [json({ type: 'ping', usage: counts(9, 9) }), json({ usage: counts(9, 9) })],
      null,
    ],
  ])('%s', (_name, frames, expected) => {
    const { usage, tokens } = readingOf(...frames);
    expect(usage).toEqual(expected);
    expect(tokens.totalTokens).toBe(
      usage === null ? 0 : Number(usage['input_tokens']) + Number(usage['output_tokens']),
    );
  });

  test('and is handed out whole, with what is not counted', () => {
    const first = counts(2, 69, { cache_creation: { ephemeral_5m_input_tokens: 0 }, service_tier: 'standard' });
    expect(
      readingOf(start(first), change({ output_tokens: 9, server_tool_use: { web_search_requests: 1 } })).usage,
    ).toEqual({
      ...first,
      output_tokens: 9,
      server_tool_use: { web_search_requests: 1 },
    });
  });
});

describe('another message in the same stream', () => {
  const other = (usage: object) => start(usage, { id: 'msg_2', model: 'm-2' });

  test('takes the place of the first, with nothing left of it', () => {
    const first = [start(counts(900, 7, { cache_read_input_tokens: 800 })), change(counts(900, 70), 'tool_use'), STOP];
    expect(readingOf(...first, other(counts(905, 1)))).toMatchObject({
      upstreamId: 'msg_2',
      model: 'm-2',
      finishReason: null,
      terminalSeen: false,
      usage: counts(905, 1),
    });
  });

  test('ends by itself', () => {
    expect(readingOf(start(counts(900, 7)), other(counts(905, 1)), change({ output_tokens: 65 }), STOP)).toMatchObject({
      finishReason: 'end_turn',
      terminalSeen: true,
      tokens: { inputTokens: 905, outputTokens: 65 },
    });
  });

  test('is one that has no id, for nobody can say that it is the same', () => {
    const nameless = (usage: object) => start(usage, { id: null });
    expect(readingOf(nameless(counts(17, 1)), change({ output_tokens: 9 }), nameless(counts(18, 2))).usage).toEqual(
      counts(18, 2),
    );
    expect(readingOf(nameless(counts(17, 1)), nameless(counts(17, 1)), change({ output_tokens: 9 })).usage).toEqual(
      counts(17, 9),
    );
  });
});

describe('the model and the id', () => {
  test('are those of the start', () => {
    expect(readingOf(start(counts(1, 1)))).toMatchObject({ model: 'm-1', upstreamId: 'msg_1' });
  });

  test('may be missing', () => {
    expect(readingOf(start(counts(1, 1), { id: '', model: 7 }), STOP)).toMatchObject({ model: null, upstreamId: null });
  });

  test('of a declined request: the model that answers in its place', () => {
    const fallback = (to: object | null) => block({ type: 'fallback', from: { model: 'm-1' }, to });
    expect(readingOf(start(counts(1, 1)), fallback({ model: 'm-2' })).model).toBe('m-2');
    expect(readingOf(start(counts(1, 1)), fallback({ model: 'm-2' }), fallback({ model: 'm-3' })).model).toBe('m-3');
    expect(readingOf(start(counts(1, 1)), fallback(null)).model).toBe('m-1');
  });
});

describe('the finish reason', () => {
  test.each<[string, Frame[], string | null]>([
    ['is that of the delta', [start(null), change(null, 'tool_use'), STOP], 'tool_use'],
    ['is the last that was given', [change(null, 'pause_turn'), change(null, 'end_turn')], 'end_turn'],
    ['outlives a null', [change(null, 'refusal'), change(null, null)], 'refusal'],
    ['may stand in the start', [start(null, { stop_reason: 'tool_use' }), STOP], 'tool_use'],
    ['may never come', [start(null), text('a'), STOP], null],
    ['is not taken from what is said', [text('"stop_reason":"end_turn"')], null],
  ])('%s', (_name, frames, expected) => {
    expect(readingOf(...frames).finishReason).toBe(expected);
  });
});

describe('the end', () => {
  test.each<Frame>([STOP, ['message_stop', STOP], ['message_stop', '{}'], ['other', STOP]])(
    'is said by %j',
    (frame) => {
      const { sights, reading } = seeAll([change(null), frame]);
      expect(sights[1]).toEqual({ content: false, end: 'terminal', usage: 'none' });
      expect(reading).toMatchObject({ terminalSeen: true, failed: false });
    },
  );

  test.each<Frame>([
    change(counts(1, 1)),
    '[DONE]',
    text('{"type":"message_stop"}'),
    json({ type: 'content_block_stop', index: 0 }),
  ])('is not said by %j', (frame) => {
    const { sights, reading } = seeAll([frame]);
    expect(sights).toEqual([expect.objectContaining({ end: null })]);
    expect(reading.terminalSeen).toBe(false);
  });
});

describe('the provider says that it failed', () => {
  test.each<[string, Frame]>([
    ['by an error event', ['error', FAILED]],
    ['by an error that does not name its event', FAILED],
    ['by an event of that name, flat', ['error', json({ message: 'no' })]],
    ['by an event of that name, in plain text', ['error', 'upstream request failed']],
    ['by an error of no type', json({ error: { message: 'no' } })],
    ['by an error as text', json({ error: 'no' })],
  ])('%s', (_name, frame) => {
    for (const frames of [[frame], [start(counts(1, 1)), text('a'), frame]]) {
      const { sights, reading } = seeAll(frames);
      expect(sights.at(-1)).toEqual({ content: false, end: 'error', usage: 'none' });
      expect(reading).toMatchObject({ failed: true, terminalSeen: false });
    }
  });

  test.each([
    json({ type: 'ping', error: null }),
    json({ type: 'ping', error: '' }),
    text('{"type":"error"}'),
    block({
      type: 'web_search_tool_result',
      content: { type: 'web_search_tool_result_error', error_code: 'unavailable' },
    }),
  ])('but not by %s', (frame) => {
    expect(seeAll([frame])).toMatchObject({ sights: [{ end: null }], reading: { failed: false } });
  });

  test('and that stands, whatever it says afterwards', () => {
    expect(readingOf(FAILED, start(counts(1, 1)), change(counts(1, 2)), STOP)).toMatchObject({
      failed: true,
      terminalSeen: true,
    });
  });
});

describe('a frame carries something generated', () => {
  test.each([
    text('a'),
    text(' '),
    delta({ type: 'thinking_delta', thinking: 'hm' }),
    delta({ type: 'input_json_delta', partial_json: '{' }),
    delta({ type: 'citations_delta', citation: { type: 'char_location', cited_text: 'a' } }),
    delta({ type: 'compaction_delta', content: 'In short.' }),
    block({ type: 'text', text: 'a' }),
    block({ type: 'tool_use', id: 'toolu_1', name: 'f', input: {} }),
    block({ type: 'redacted_thinking', data: 'c3lu' }),
    block({ type: 'web_search_tool_result', tool_use_id: 's', content: [] }),
    start(counts(1, 1), { content: [{ type: 'tool_use', id: 'toolu_1', name: 'f', input: {} }] }),
  ])('%s', (frame) => {
    expect(sightOf(frame)).toEqual({ content: true, end: null, usage: 'none' });
  });

  test.each([
    PING,
    start(counts(1, 1)),
    text(''),
    delta({ type: 'input_json_delta', partial_json: '' }),
    delta({ type: 'thinking_delta', thinking: '', estimated_tokens: 7 }),
    delta({ type: 'signature_delta', signature: 'c3lu' }),
    delta({ type: 'compaction_delta', content: null }),
    block({ type: 'text', text: '', citations: [] }),
    block({ type: 'thinking', thinking: '', signature: 'c3lu' }),
    block({ type: 'compaction', content: null }),
    block({ type: 'fallback', from: { model: 'm-1' }, to: { model: 'm-2' } }),
    json({ type: 'content_block_start' }),
    json({ type: 'content_block_delta', delta: 'text' }),
    json({ type: 'content_block_stop', index: 0 }),
    change(counts(1, 1)),
    json({ type: 'some_event_of_tomorrow', delta: { text: 'a' }, content_block: { text: 'a' } }),
    '{}',
  ])('but not %s', (frame) => {
    expect(sightOf(frame)).toEqual(OTHER);
  });
});

describe('what cannot be read changes nothing', () => {
  const around = (frame: Frame) => seeAll([start(counts(3, 1)), frame, change({ output_tokens: 4 }), STOP]);
  const REST = { failed: false, terminalSeen: true, upstreamId: 'msg_1', tokens: { totalTokens: 7 } };

  test.each<Frame>(['[]', '[{"type":"message_stop"}]', '7', 'null', '"text"', '[DONE]', ['tomorrow', '{"type":7}']])(
    '%j is none of ours',
    (frame) => {
      const { sights, reading } = around(frame);
      expect(sights[1]).toEqual(OTHER);
      expect(reading).toMatchObject(REST);
    },
  );

  test.each<Frame>([
    '',
    ' ',
    '{',
    '{"type":"message_st',
    '[DON',
    '<html>',
    ['message_delta', '{"usage":{"output_tokens":9'],
  ])('%j is malformed', (frame) => {
    const { sights, reading } = around(frame);
    expect(sights[1]).toBeNull();
    expect(reading).toMatchObject(REST);
  });

  test('and the prototype of every object is out of reach', () => {
    const frame =
      '{"type":"message_delta","__proto__":{"usage":{"input_tokens":5}},"usage":{"__proto__":{"output_tokens":5}}}';
    expect(seeAll([frame])).toMatchObject({ sights: [OTHER], reading: { usage: null, failed: false } });
  });
});

describe('an answer that is no stream', () => {
  const body = {
    id: 'msg_1',
    type: 'message',
    model: 'm-1',
    stop_reason: 'end_turn',
    usage: counts(9, 1, { x: null }),
  };

  test('is read whole, and its usage is kept as it came', () => {
    expect(bodyReading({ ...body, content: [{ type: 'text', text: 'a' }] })).toEqual({
      model: 'm-1',
      upstreamId: 'msg_1',
      finishReason: 'end_turn',
      terminalSeen: true,
      failed: false,
      usage: counts(9, 1, { x: null }),
      disbelief: null,
      tokens: expect.objectContaining({ inputTokens: 9, outputTokens: 1, totalTokens: 10 }),
    });
  });

  test('may be an error all the same', () => {
    expect(bodyReading(JSON.parse(FAILED))).toMatchObject({ failed: true, usage: null });
    expect(bodyReading({ error: 'no' }).failed).toBe(true);
    expect(bodyReading({ ...body, error: null }).failed).toBe(false);
  });

  test('may be all content, and never say what it cost', () => {
    expect(
      bodyReading({ ...body, usage: null, content: [{ type: 'tool_use', input: { usage: counts(1, 1) } }] }).usage,
    ).toBeNull();
  });

  test.each([null, [], 'text', 7, true])('is none where it is %j', (value) => {
    expect(anthropicMessages.createReader().seeBody(value)).toBe(false);
    expect(bodyReading(value)).toMatchObject({ terminalSeen: false, usage: null, model: null });
  });
});

describe('a request', () => {
  const ask = (text: string) => anthropicMessages.ask({ url: '/v1/messages', body: RequestBody.of(Buffer.from(text)) });

  test.each([
    ['{"model":"m","max_tokens":1}', false],
    ['{"model":"m","stream":false}', false],
    ['{ "stream" : true,\r\n "seed":7228414683750928000, "model" : "m" }', true],
  ])('%j goes on as it came', (text, streamed) => {
    const body = Buffer.from(text);
    const asked = anthropicMessages.ask({ url: '/v1/messages', body: RequestBody.of(body) });
    expect(asked).toEqual({ model: 'm', streamed, usageRequested: true, usageOverruled: false, body });
    expect(asked.body).toBe(body);
  });

  test.each(['', '[]', '[{"model":"m"}]', 'null', '{"model":"m"', 'model=m'])(
    '%j is refused: one JSON object is wanted',
    (body) => {
      expect(() => ask(body)).toThrow(new WeirError('invalid_body'));
    },
  );

  test.each(['{}', '{"model":""}', '{"model":null}', '{"model":["m"]}', '{"messages":[{"model":"m"}]}'])(
    '%s is refused: a model is wanted',
    (body) => {
      expect(() => ask(body)).toThrow('`model` must be a non-empty string.');
    },
  );
});

test.each([
  ['text/event-stream', sseFraming],
  ['text/event-stream; charset=utf-8', sseFraming],
  ['application/json', null],
  ['', null],
])('an answer of type %j is framed accordingly', (contentType, framing) => {
  const asked = anthropicMessages.ask({ url: '/v1/messages', body: RequestBody.of(Buffer.from('{"model":"m"}')) });
  expect(anthropicMessages.framing(contentType, asked)).toBe(framing);
});

test('a key goes where the API wants it', () => {
  expect(anthropicMessages.credentials('k')).toEqual({ 'x-api-key': 'k' });
});

test('an error of ours in a stream is one frame, which names its event and reads as an error', () => {
  const error = new WeirError('upstream_protocol', { detail: 'two\nlines' });
  const frame = anthropicMessages.errorFrame(error, { framing: sseFraming, frames: 1 });
  expect(frame).toMatch(/^event: error\ndata: [^\n]*\n\n$/);
  const event = readEvent(Buffer.from(frame));
  expect(JSON.parse(event?.data ?? '')).toEqual(anthropicMessages.errorBody(error));
  expect(event && anthropicMessages.createReader().see(event)?.end).toBe('error');
});
