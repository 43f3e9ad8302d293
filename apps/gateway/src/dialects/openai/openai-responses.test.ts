import { Buffer } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import { WeirError } from '../../errors.ts';
import { Meter } from '../../exchange/attempt/meter.ts';
import { readEvent } from '../../sse/event.ts';
import { sseFraming } from '../../sse/framing.ts';
import type { Reading } from '../dialect.ts';
import { openAiResponses } from './openai-responses.ts';

/** An event is its data, or its name and its data. */
type Event = string | object | [name: string, data: string];

const response = (status: string, more: object = {}): object => ({
  id: 'resp_1',
  status,
  error: null,
  incomplete_details: null,
  model: 'm-1',
  output: [],
  ...more,
});
const said = (type: string, more: object = {}): object => ({ type, ...more });
const ended = (status: string, more: object = {}): object =>
  said(`response.${status}`, { response: response(status, more) });
const text = (delta: string): object => said('response.output_text.delta', { delta, item_id: 'msg_1' });
const counts = (input: number, output: number, more: object = {}) => ({
  input_tokens: input,
  output_tokens: output,
  total_tokens: input + output,
  ...more,
});
const CREATED = said('response.created', { response: response('in_progress', { usage: null }) });

function seeAll(...events: Event[]) {
  const reader = openAiResponses.createReader();
  const sights = events.map((event) => {
    const [name, data] = Array.isArray(event) ? event : [undefined, event];
    return reader.see({ event: name, data: typeof data === 'string' ? data : JSON.stringify(data) });
  });
  return { sights, reading: reader.reading() };
}

const readingOf = (...events: Event[]): Reading => seeAll(...events).reading;
const sightOf = (event: Event) => seeAll(event).sights[0];

function bodyReading(body: unknown): Reading {
  const reader = openAiResponses.createReader();
  reader.seeBody(body);
  return reader.reading();
}

describe('a stream ends', () => {
  test.each([
    ['completed', null, 'completed'],
    ['incomplete', { reason: 'max_output_tokens' }, 'max_output_tokens'],
    ['incomplete', { reason: 'content_filter' }, 'content_filter'],
    ['incomplete', null, 'incomplete'],
  ])('when it is %s, with details of %j', (status, incomplete_details, finishReason) => {
    const { sights, reading } = seeAll(CREATED, text('a'), ended(status, { incomplete_details, usage: counts(3, 4) }));
    expect(sights.map((sight) => sight?.end)).toEqual([null, null, 'terminal']);
    expect(reading).toMatchObject({ terminalSeen: true, failed: false, finishReason, tokens: { totalTokens: 7 } });
  });

  test('by the name of its last event, whatever that says beside it', () => {
    expect(readingOf(said('response.completed', { response: {} }))).toMatchObject({
      terminalSeen: true,
      finishReason: 'completed',
      usage: null,
    });
  });

  test('once: [DONE] may follow, and changes nothing', () => {
    const { sights, reading } = seeAll(ended('completed', { usage: counts(3, 4) }), '[DONE]');
    expect(sights.map((sight) => sight?.end)).toEqual(['terminal', 'terminal']);
    expect(reading).toMatchObject({ finishReason: 'completed', tokens: { totalTokens: 7 } });
  });

  test('with [DONE], where that is all there is', () => {
    expect(readingOf(CREATED, text('a'), ' [DONE]')).toMatchObject({
      terminalSeen: true,
      finishReason: null,
      usage: null,
    });
  });

  test.each<[string, Event]>([
    ['an item that is completed', said('response.output_item.done', { item: { status: 'completed' } })],
    ['a tool that is completed', said('response.web_search_call.completed')],
    ['a tool that failed', said('response.mcp_call.failed')],
    ['a status in passing', said('response.in_progress', { response: response('completed') })],
    ['an event of another kind', said('keepalive')],
    ['what is said', text('event: response.completed\ndata: [DONE]\n\n{"type":"response.completed"}')],
  ])('not with %s', (_name, event) => {
    const { sights, reading } = seeAll(CREATED, event);
    expect(sights[1]?.end).toBeNull();
    expect(reading).toMatchObject({ terminalSeen: false, failed: false, finishReason: null });
  });
});

describe('the provider says that it failed', () => {
  test.each<[string, Event]>([
    ['flat', said('error', { code: 'server_error', message: 'no', param: null, sequence_number: 3 })],
    ['nested', said('error', { error: { type: 'server_error', code: null, message: 'no' } })],
    ['under the name alone', ['error', '{"message":"no"}']],
    ['in plain text', ['error', 'upstream request failed']],
    ['in an envelope', '{"error":{"message":"no","code":502}}'],
  ])('%s', (_name, event) => {
    const { sights, reading } = seeAll(CREATED, text('a'), event);
    expect(sights[2]).toEqual({ content: false, end: 'error', usage: 'none' });
    expect(reading).toMatchObject({ failed: true, terminalSeen: false, finishReason: null, model: 'm-1' });
  });

  test('at the end, where nothing is left to be said', () => {
    const { sights, reading } = seeAll(
      CREATED,
      ended('failed', { error: { code: 'server_error', message: 'no' }, usage: null }),
    );
    expect(sights[1]?.end).toBe('error');
    expect(reading).toMatchObject({ failed: true, terminalSeen: true, finishReason: 'failed', usage: null });
  });

  test('twice, and what it used is counted all the same', () => {
    const { sights, reading } = seeAll(said('error', { message: 'no' }), ended('failed', { usage: counts(30, 10) }));
    expect(sights.map((sight) => sight?.end)).toEqual(['error', 'error']);
    expect(reading).toMatchObject({ failed: true, tokens: { inputTokens: 30, outputTokens: 10 } });
  });

  test('and that stands, whatever it says afterwards', () => {
    expect(readingOf(said('error', { message: 'no' }), ended('completed'), '[DONE]').failed).toBe(true);
  });

  test.each<[string, Event]>([
    ['an error of null', said('response.output_text.delta', { delta: 'a', error: null })],
    ['a response without one', CREATED],
    ['what is said', text('{"type":"error","error":{"message":"no"}}')],
    ['an item with an error of its own', said('response.output_item.done', { item: { error: 'no' } })],
  ])('but not by %s', (_name, event) => {
    expect(seeAll(event)).toMatchObject({ sights: [{ end: null }], reading: { failed: false } });
  });
});

describe('usage', () => {
  const DETAILED = counts(7112, 463, {
    input_tokens_details: { cached_tokens: 3072, cache_write_tokens: 128 },
    output_tokens_details: { reasoning_tokens: 64 },
  });

  test('is that of the terminal event, as it came', () => {
    expect(readingOf(CREATED, text('a'), ended('completed', { usage: DETAILED })).usage).toEqual(DETAILED);
  });

  test.each<[string, object, number[]]>([
    ['with details', DETAILED, [7112, 463, 3072, 128, 64, 7575]],
    ['without', counts(18, 219), [18, 219, 0, 0, 0, 237]],
    [
      'with details of null',
      counts(18, 219, { input_tokens_details: null, output_tokens_details: null }),
      [18, 219, 0, 0, 0, 237],
    ],
    [
      'in digits',
      { input_tokens: '18', output_tokens: '9', output_tokens_details: { reasoning_tokens: '5' }, total_tokens: '27' },
      [18, 9, 0, 0, 5, 27],
    ],
    [
      'with reasoning inside the output',
      counts(199, 160, { output_tokens_details: { reasoning_tokens: 152 } }),
      [199, 160, 0, 0, 152, 359],
    ],
    [
      'with parts that exceed their wholes',
      counts(7, 10, {
        input_tokens_details: { cached_tokens: 161, cache_write_tokens: 5 },
        output_tokens_details: { reasoning_tokens: 11 },
      }),
      [7, 10, 7, 5, 10, 17],
    ],
    ['of nothing', counts(0, 0), [0, 0, 0, 0, 0, 0]],
  ])('%s is counted right', (_name, usage, expected) => {
    const { tokens } = readingOf(ended('completed', { usage }));
    expect([
      tokens.inputTokens,
      tokens.outputTokens,
      tokens.cachedInputTokens,
      tokens.cacheWriteTokens,
      tokens.reasoningTokens,
      tokens.totalTokens,
    ]).toEqual(expected);
    expect(bodyReading(response('completed', { usage })).tokens).toEqual(tokens);
  });

  test.each<[string, Event]>([
    ['the zeros of tools', ended('completed', { usage: null, tool_usage: { image_gen: counts(0, 0) } })],
    [
      'the schema of a tool',
      said('response.created', { response: { tools: [{ parameters: { usage: counts(1, 2) } }] } }),
    ],
    ['a response that is not over', said('response.in_progress', { response: { usage: counts(1, 2) } })],
    ['what stands beside the response', said('response.completed', { usage: counts(1, 2), response: {} })],
    ['what is said', text('"usage":{"input_tokens":999,"output_tokens":9}')],
    ['an empty object', ended('completed', { usage: {} })],
  ])('is not %s', (_name, event) => {
    expect(readingOf(event).usage).toBeNull();
  });

  test('is never a frame that could be left out', () => {
    expect(sightOf(ended('completed', { usage: DETAILED }))?.usage).toBe('none');
  });
});

describe('the model and the id', () => {
  test('are known from the beginning', () => {
    expect(readingOf(CREATED)).toMatchObject({ model: 'm-1', upstreamId: 'resp_1' });
  });

  test('are what was said last, unless that says nothing', () => {
    const routed = (model: string | null) => said('response.in_progress', { response: { id: '', model } });
    expect(readingOf(CREATED, routed('m-2'), routed(''), routed(null))).toMatchObject({
      model: 'm-2',
      upstreamId: 'resp_1',
    });
  });

  test('are those of the response, not of what stands in it', () => {
    const item = { id: 'ig_1', model: 'image-1' };
    expect(readingOf(said('response.output_item.done', { item, id: 'x', model: 'y' }))).toMatchObject({
      model: null,
      upstreamId: null,
    });
  });
});

describe('an event carries something generated', () => {
  test.each<[string, Event]>([
    ['text', text('a')],
    ['white space', text(' ')],
    ['reasoning', said('response.reasoning_summary_text.delta', { delta: 'hm' })],
    ['arguments', said('response.function_call_arguments.delta', { delta: '{' })],
    ['a delta of a kind yet unknown', said('response.smell.delta', { delta: 'a' })],
    ['a delta that is an object', said('response.shell_call_output_content.delta', { delta: { stdout: 'a' } })],
    ['a whole item', said('response.output_item.done', { item: { type: 'web_search_call' } })],
    ['all of it at the end', ended('completed', { output: [{ type: 'message' }] })],
  ])('%s', (_name, event) => {
    expect(sightOf(event)?.content).toBe(true);
  });

  test.each<[string, Event]>([
    ['an empty delta', text('')],
    ['a delta of null', said('response.output_text.delta', { delta: null })],
    ['an item that only begins', said('response.output_item.added', { item: { type: 'reasoning' } })],
    ['the beginning', CREATED],
    ['an end without output', ended('failed')],
    ['an error', said('error', { message: 'no' })],
    ['a delta elsewhere', said('response.output_text.done', { delta: 'a' })],
  ])('but not %s', (_name, event) => {
    expect(sightOf(event)?.content).toBe(false);
  });
});

describe('what cannot be read changes nothing', () => {
  test.each(['', '{', '{"type":"response.completed","response":{', '<html>'])('%j is malformed', (data) => {
    const { sights, reading } = seeAll(CREATED, ['response.completed', data]);
    expect(sights[1]).toBeNull();
    expect(reading).toMatchObject({ terminalSeen: false, failed: false, model: 'm-1' });
  });

  test.each(['[]', '7', 'null', '"response.completed"', '{}', '{"type":7,"response":[]}'])(
    '%s is none of ours',
    (data) => {
      const { sights, reading } = seeAll(CREATED, data);
      expect(sights[1]).toEqual({ content: false, end: null, usage: 'none' });
      expect(reading).toMatchObject({ terminalSeen: false, failed: false });
    },
  );
});

describe('an answer that is no stream', () => {
  test('is read whole', () => {
    expect(bodyReading(response('completed', { usage: counts(9, 1) }))).toMatchObject({
      model: 'm-1',
      upstreamId: 'resp_1',
      finishReason: 'completed',
      terminalSeen: true,
      failed: false,
      tokens: { inputTokens: 9, outputTokens: 1 },
    });
  });

  test('may have been cut at its limit', () => {
    const body = response('incomplete', { incomplete_details: { reason: 'max_output_tokens' }, usage: counts(9, 1) });
    expect(bodyReading(body)).toMatchObject({ finishReason: 'max_output_tokens', terminalSeen: true, failed: false });
  });

  test('may have been cancelled', () => {
    expect(bodyReading(response('cancelled'))).toMatchObject({ finishReason: 'cancelled', terminalSeen: true });
  });

  test.each(['queued', 'in_progress'])('may say no more than that it is %s', (status) => {
    expect(bodyReading(response(status, { background: true, usage: null }))).toMatchObject({
      finishReason: status,
      terminalSeen: false,
      failed: false,
      usage: null,
    });
  });

  test('may be without a status', () => {
    expect(bodyReading({ id: 'cmp_1', object: 'response.compaction', usage: counts(9, 1) })).toMatchObject({
      finishReason: null,
      terminalSeen: true,
      tokens: { totalTokens: 10 },
    });
  });

  test.each([
    response('failed', { error: { code: 'server_error' } }),
    response('failed'),
    { error: { message: 'no' } },
  ])('may have failed: %j', (body) => {
    expect(bodyReading(body)).toMatchObject({ failed: true, terminalSeen: true, usage: null });
  });

  test.each([null, [], 'text', 7])('is none where it is %j', (body) => {
    expect(openAiResponses.createReader().seeBody(body)).toBe(false);
  });
});

describe('an error of ours', () => {
  const frame = openAiResponses.errorFrame(new WeirError('idle_timeout'), { framing: sseFraming, frames: 6 });

  test('is an event with the error in it twice, flat and nested', () => {
    const event = readEvent(Buffer.from(frame));
    const error = { message: 'The provider went silent for too long.', param: null, code: 'idle_timeout' };
    expect(event?.event).toBe('error');
    expect(JSON.parse(event?.data ?? '')).toEqual({
      ...error,
      type: 'error',
      sequence_number: 6,
      error: { ...error, type: 'server_error' },
    });
  });

  test('is whole frames, and reads as an error', () => {
    expect(frame).toMatch(/^event: error\ndata: [^\n]*\n\n$/);
    expect(sightOf(frame.split('data: ')[1] as string)?.end).toBe('error');
  });

  test('outside of a stream, has the shape of all of OpenAI', () => {
    expect(openAiResponses.errorBody(new WeirError('model_not_found'))).toMatchObject({
      error: { type: 'invalid_request_error', code: 'model_not_found' },
    });
  });
});

describe('tools of the provider’s own', () => {
  const usage = counts(3, 4);
  const unitsOf = (more: object) => {
    const { units } = readingOf(CREATED, ended('completed', { usage, ...more }));
    expect(bodyReading(response('completed', { usage, ...more })).units).toEqual(units);
    return units;
  };
  const item = (type: string, more: object = {}) => ({ type, ...more });

  test('are counted by what they did', () => {
    const output = [
      item('reasoning'),
      item('web_search_call', { action: { type: 'search', query: 'weirs' } }),
      item('web_search_call'),
      item('web_search_call', { action: { type: 'open_page' } }),
      item('file_search_call'),
      item('code_interpreter_call'),
      item('image_generation_call'),
      item('shell_call', { environment: { type: 'container_reference' } }),
      item('message'),
    ];
    expect(unitsOf({ output })).toEqual({
      web_searches: 2,
      file_searches: 1,
      code_executions: 1,
      image_generations: 1,
      shell_calls: 1,
    });
  });

  test.each(['function_call', 'mcp_call', 'computer_call', 'local_shell_call', 'shell_call'])(
    'are not the caller’s: %s',
    (type) => {
      expect(unitsOf({ output: [item(type)] })).toBeNull();
    },
  );

  test('are counted by the provider, where it does', () => {
    const tool_usage = { web_search: { num_requests: 3 } };
    expect(unitsOf({ output: [item('web_search_call')], tool_usage })).toEqual({ web_searches: 3 });
    expect(unitsOf({ output: [item('web_search_call')], tool_usage: { web_search: { num_requests: 0 } } })).toBeNull();
  });

  // https://developers.openai.com/api/docs/pricing: the older tool has another price, and a search of small models is
  // billed as 8,000 tokens besides.
  test.each([
    ['gpt-4.1', 'web_search', 'web_searches'],
    ['gpt-5-mini', 'web_search', 'web_searches'],
    ['gpt-4.1', 'web_search_preview', 'web_search_previews'],
    ['gpt-4.1', 'web_search_preview_2025_03_11', 'web_search_previews'],
    ['gpt-4.1-mini-2025-04-14', 'web_search_preview', 'web_search_previews'],
    ['gpt-4.1-mini-2025-04-14', 'web_search', 'web_search_blocks'],
    ['gpt-4o-mini', 'web_search_2025_08_26', 'web_search_blocks'],
  ])('are told apart where searches have several prices: %s, %s', (model, type, unit) => {
    const tools = [{ type: 'function', name: 'web_search_preview' }, { type }];
    const output = [item('web_search_call', { action: { type: 'search' } })];
    expect(unitsOf({ model, tools, output })).toEqual({ [unit]: 1 });
    expect(unitsOf({ model, tools, output, tool_usage: { web_search: { num_requests: 2 } } })).toEqual({ [unit]: 2 });
  });

  test('are nothing without usage', () => {
    expect(readingOf(ended('failed', { usage: null, output: [item('web_search_call')] })).units).toBeNull();
  });

  test('are found in an event that is too large to be read whole', () => {
    const meter = new Meter(openAiResponses);
    const output = [item('web_search_call'), item('message', { content: 'x'.repeat(300_000) })];
    const event = ended('completed', { usage, output, service_tier: 'flex' });
    meter.see(Buffer.from(`event: response.completed\ndata: ${JSON.stringify(event)}\n\n`));
    expect(meter.reading()).toMatchObject({ units: { web_searches: 1 }, serviceTier: 'flex' });
  });
});

describe('the tier that it was served in', () => {
  test('is that of the end, not the one that was asked for', () => {
    const asked = said('response.created', { response: response('in_progress', { service_tier: 'auto' }) });
    expect(readingOf(asked, ended('completed', { service_tier: 'flex' })).serviceTier).toBe('flex');
    expect(readingOf(asked).serviceTier).toBeNull();
    expect(bodyReading(response('completed', { service_tier: 'priority' })).serviceTier).toBe('priority');
  });
});
