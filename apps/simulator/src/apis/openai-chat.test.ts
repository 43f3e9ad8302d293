import { describe, expect, test } from '@jest/globals';
import { answerTo as answer, askingFor } from '../../testing/answer-to.ts';
import { type Answer, Refused } from './api.ts';
import { openaiChat } from './openai-chat.ts';

const MESSAGES = [{ role: 'user', content: 'hello' }];

function answerTo(model: string, more: Record<string, unknown> = {}): Answer {
  return answer(openaiChat, model, { body: { messages: MESSAGES, ...more } });
}

const parsed = (frame: string | undefined) => JSON.parse((frame ?? '').replace(/^data: /, ''));

describe('a request', () => {
  test.each([
    [{ model: 'm' }, 'messages'],
    [{ model: 'm', messages: [], n: 0 }, 'n'],
    [{ model: 'm', messages: [], n: 1.5 }, 'n'],
  ])('%j is refused, naming %s', (body, param) => {
    expect(() => openaiChat.read(askingFor({ body }))).toThrow(Refused);
    try {
      openaiChat.read(askingFor({ body }));
    } catch (error) {
      expect((error as Refused).problem).toMatchObject({ status: 400, param });
    }
  });

  test.each([
    [
      { model: 'm', stream: true },
      { model: 'm', streamed: true },
    ],
    [
      { model: '', stream: 1 },
      { model: '', streamed: false },
    ],
    [{ model: 5 }, { model: null, streamed: false }],
  ])('%j is for %j', (body, target) => {
    expect(openaiChat.target(askingFor({ body }))).toEqual(target);
  });
});

describe('frames', () => {
  test('are OpenAI’s chunks, byte for byte', () => {
    const answer = answerTo('gpt-4o', { stream: true, stream_options: { include_usage: true } });
    const head =
      'data: {"id":"chatcmpl-sim-1","object":"chat.completion.chunk","created":1790000000,"model":"gpt-4o","system_fingerprint":"fp_sim","choices":';
    const chunk = (delta: string, reason = 'null') =>
      `${head}[{"index":0,"delta":${delta},"logprobs":null,"finish_reason":${reason}}],"usage":null}\n\n`;
    expect(answer.opening()).toEqual([chunk('{"role":"assistant","content":"","refusal":null}')]);
    expect(answer.token(1)).toEqual([chunk('{"content":" weir"}')]);
    expect(answer.finish()).toEqual([chunk('{}', '"stop"')]);
    expect(answer.usage()).toHaveLength(1);
    expect(answer.done()).toEqual(['data: [DONE]\n\n']);
  });

  test('of several choices interleave, and each choice finishes', () => {
    const answer = answerTo('sim:reason=length', { n: 3 });
    for (const frames of [answer.opening(), answer.token(0), answer.finish()]) {
      expect(frames.map((frame) => parsed(frame).choices[0].index)).toEqual([0, 1, 2]);
    }
    expect(answer.finish().map((frame) => parsed(frame).choices[0].finish_reason)).toEqual([
      'length',
      'length',
      'length',
    ]);
  });

  test('a huge frame has exactly the bytes it was told to have', () => {
    const [frame = ''] = answerTo('sim').huge(100_000);
    expect(Buffer.byteLength(frame)).toBe(100_000);
    expect(parsed(frame).choices[0].delta.content).toMatch(/^x+$/);
  });

  test('the arguments of a tool call add up to JSON', () => {
    const answer = answerTo('sim:tools,tokens=14', { tools: [{ type: 'function', function: { name: 'weather' } }] });
    const frames = [
      ...answer.opening(),
      ...[...Array(14).keys()].flatMap((at) => answer.token(at)),
      ...answer.finish(),
    ];
    const calls = frames.flatMap((frame) => parsed(frame).choices[0].delta.tool_calls ?? []);
    expect(calls[0]).toMatchObject({ index: 0, id: 'call_chatcmpl-sim-1', function: { name: 'weather' } });
    expect(JSON.parse(calls.map((call) => call.function.arguments).join(''))).toEqual({
      text: 'A weir (堰) lets the stream through, and measures it. 🌊\n',
    });
    expect(parsed(frames.at(-1)).choices[0].finish_reason).toBe('tool_calls');
  });
});

describe('a whole body', () => {
  test('says what the stream would have said', () => {
    const body = JSON.parse(answerTo('gpt-4o;tokens=3,huge-frame=4,input=9', { n: 2 }).body());
    const message = { role: 'assistant', content: 'A weir (堰)xxxx', refusal: null };
    expect(body).toMatchObject({
      id: 'chatcmpl-sim-1',
      object: 'chat.completion',
      created: 1_790_000_000,
      model: 'gpt-4o',
    });
    expect(body.choices).toEqual([0, 1].map((index) => ({ index, message, logprobs: null, finish_reason: 'stop' })));
    expect(body.usage).toMatchObject({ prompt_tokens: 9, completion_tokens: 6, total_tokens: 15 });
  });

  test('has no usage where the script says never', () => {
    expect(JSON.parse(answerTo('sim:usage=never').body())).not.toHaveProperty('usage');
  });

  test('carries a tool call', () => {
    const [{ message, finish_reason }] = JSON.parse(answerTo('sim:tools,tokens=1').body()).choices;
    expect(finish_reason).toBe('tool_calls');
    expect(message).toMatchObject({
      content: null,
      tool_calls: [{ function: { name: 'measure', arguments: '{"text":"A"}' } }],
    });
  });
});

test('errors have OpenAI’s shape', () => {
  expect(JSON.parse(openaiChat.errorBody({ status: 429, message: 'slow down' }))).toEqual({
    error: { message: 'slow down', type: 'requests', param: null, code: 'rate_limit_exceeded' },
  });
  expect(JSON.parse(openaiChat.errorBody({ status: 503, message: 'away' })).error.type).toBe('server_error');
});
