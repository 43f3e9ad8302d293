import { describe, expect, test } from '@jest/globals';
import { answerTo as answer, askingFor, dataOf, framesOf } from '../../testing/answer-to.ts';
import { anthropicCountTokens, anthropicMessages } from './anthropic.ts';

const MESSAGES = [{ role: 'user', content: 'a weir?' }];
const NUMBERS = 'input=3570,cached=500,cache-write=3068,output=198,reasoning=40';
const answerTo = (model: string, more: object = {}) =>
  answer(anthropicMessages, model, { body: { messages: MESSAGES, max_tokens: 9, ...more } });

test('events are Anthropic’s, byte for byte, with their spaces', () => {
  const input = '"input_tokens":2,"cache_creation_input_tokens":3068,"cache_read_input_tokens":500';
  expect(framesOf(answerTo(`claude-x;tokens=1,${NUMBERS}`), 1)).toEqual([
    `event: message_start\ndata: {"type":"message_start","message":{"id":"msg_sim-1","type":"message","role":"assistant","model":"claude-x","content":[],"stop_reason":null,"stop_sequence":null,"usage":{${input},"cache_creation":{"ephemeral_5m_input_tokens":3068,"ephemeral_1h_input_tokens":0},"output_tokens":1,"service_tier":"standard"}}        }\n\n`,
    'event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}     }\n\n',
    'event: ping\ndata: {"type": "ping"}\n\n',
    'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"A"}  }\n\n',
    'event: content_block_stop\ndata: {"type":"content_block_stop","index":0 }\n\n',
    `event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{${input},"output_tokens":198,"output_tokens_details":{"thinking_tokens":40}}        }\n\n`,
    'event: message_stop\ndata: {"type":"message_stop"       }\n\n',
  ]);
});

describe('usage', () => {
  const told = (place: string) => {
    const frames = framesOf(answerTo(`sim:tokens=1,usage=${place},${NUMBERS}`), 1).map(dataOf);
    return [frames[0].message.usage, frames[5].usage];
  };
  const input = { input_tokens: 2, cache_creation_input_tokens: 3068, cache_read_input_tokens: 500 };
  const output = { output_tokens: 198, output_tokens_details: { thinking_tokens: 40 } };

  test('is told at the start, and then', () => {
    const start = expect.objectContaining({ ...input, output_tokens: 1 });
    expect(told('both')).toEqual([start, { ...input, ...output }]);
    expect(told('split')).toEqual([start, { output_tokens: 198 }]);
    expect(told('late')).toEqual([
      { input_tokens: 0, output_tokens: 0 },
      { ...input, ...output },
    ]);
    expect(told('never')).toEqual([undefined, undefined]);
  });

  test('of the body is all of it, or nothing', () => {
    expect(JSON.parse(answerTo(`sim:${NUMBERS},usage=split`).body()).usage).toMatchObject({ ...input, ...output });
    expect(JSON.parse(answerTo('sim:usage=never').body())).not.toHaveProperty('usage');
  });

  test('never says less than no input', () => {
    expect(JSON.parse(answerTo('sim:input=7,cached=161').body()).usage).toMatchObject({
      input_tokens: 0,
      cache_read_input_tokens: 161,
    });
  });
});

test('the input of a tool adds up to JSON', () => {
  const asked = answerTo('sim:tools,tokens=14', { tools: [{ name: 'dam', input_schema: {} }] });
  const frames = framesOf(asked, 14).map(dataOf);
  const json = frames.map(({ delta }) => delta?.partial_json ?? '').join('');
  const text = 'A weir (堰) lets the stream through, and measures it. 🌊\n';
  expect(JSON.parse(json)).toEqual({ text });
  expect(frames[1].content_block).toEqual({ type: 'tool_use', id: 'toolu_msg_sim-1', name: 'dam', input: {} });
  expect(frames.at(-2).delta.stop_reason).toBe('tool_use');
  const body = JSON.parse(answerTo('sim:tools,tokens=14').body());
  expect(body).toMatchObject({ stop_reason: 'tool_use', content: [{ type: 'tool_use', input: { text } }] });
});

test('a huge frame has exactly the bytes it was told to have', () => {
  expect(Buffer.byteLength(answerTo('sim').huge(5000)[0] ?? '')).toBe(5000);
  expect(Buffer.byteLength(answerTo('sim:tools').huge(5000)[0] ?? '')).toBe(5000);
});

test('the body says what the stream would have said', () => {
  expect(JSON.parse(answerTo('claude-x;tokens=3,reason=max_tokens').body())).toMatchObject({
    id: 'msg_sim-1',
    type: 'message',
    role: 'assistant',
    model: 'claude-x',
    content: [{ type: 'text', text: 'A weir (堰)' }],
    stop_reason: 'max_tokens',
    stop_sequence: null,
  });
});

test('tokens are counted as the script says, or as they would be told', () => {
  const count = (model: string) =>
    answer(anthropicCountTokens, model, { body: { messages: MESSAGES }, streamed: false });
  expect(count('sim:input=41').body()).toBe('{"input_tokens":41}');
  const told = JSON.parse(answerTo('sim').body()).usage.input_tokens;
  expect(JSON.parse(count('sim').body())).toEqual({ input_tokens: told });
});

test('errors have Anthropic’s shape', () => {
  const { errorBody, read } = anthropicMessages;
  const of = (status: number) => JSON.parse(errorBody({ status, message: 'no' }));
  expect(of(429)).toEqual({ type: 'error', error: { type: 'rate_limit_error', message: 'no' } });
  expect([400, 401, 500, 529].map((status) => of(status).error.type)).toEqual([
    'invalid_request_error',
    'authentication_error',
    'api_error',
    'overloaded_error',
  ]);
  expect(() => read(askingFor({ body: {} }))).toThrow('messages');
});
