import { describe, expect, test } from '@jest/globals';
import { answerTo as answer, askingFor, dataOf, framesOf } from '../../testing/answer-to.ts';
import { openaiResponses } from './openai-responses.ts';

const answerTo = (model: string, more: object = {}) =>
  answer(openaiResponses, model, { body: { input: 'a weir?', ...more } });
const parsed = (frames: readonly string[]) => frames.map(dataOf);

describe('events', () => {
  test('are numbered from 0, and named twice', () => {
    const frames = framesOf(answerTo('sim:tokens=2'), 2);
    expect(parsed(frames).map(({ type, sequence_number }) => [sequence_number, type])).toEqual(
      [
        'response.created',
        'response.in_progress',
        'response.output_item.added',
        'response.content_part.added',
        'response.output_text.delta',
        'response.output_text.delta',
        'response.output_text.done',
        'response.content_part.done',
        'response.output_item.done',
        'response.completed',
      ].map((type, at) => [at, type]),
    );
    for (const frame of frames) expect(frame.startsWith(`event: ${dataOf(frame).type}\ndata: {`)).toBe(true);
  });

  test('of a text say it in deltas, and again whole', () => {
    const answered = answerTo('sim:tokens=14');
    const events = parsed([...framesOf(answered, 14)]);
    const text = 'A weir (堰) lets the stream through, and measures it. 🌊\n';
    expect(events.map(({ delta }) => delta ?? '').join('')).toBe(text);
    expect(events.at(-4)).toMatchObject({ type: 'response.output_text.done', text });
    expect(events.at(-3)).toMatchObject({ part: { type: 'output_text', text } });
    expect(events.at(-1).response.output).toEqual([events.at(-2).item]);
  });

  test('of a function call say its arguments so', () => {
    const tools = [{ type: 'function', name: 'dam', parameters: { properties: { usage: {} } } }];
    const events = parsed(framesOf(answerTo('sim:tools,tokens=14', { tools }), 14));
    const args = events.map(({ delta }) => delta ?? '').join('');
    expect(JSON.parse(args)).toEqual({ text: 'A weir (堰) lets the stream through, and measures it. 🌊\n' });
    expect(events.at(-1).response.output).toEqual([
      expect.objectContaining({ type: 'function_call', status: 'completed', name: 'dam', arguments: args }),
    ]);
    expect(events[0].response.tools).toEqual(tools);
  });

  test('with a huge one among them say its words again at the end', () => {
    const answered = answerTo('sim:tokens=1,size=1');
    const frames = [...answered.opening(), ...answered.token(0), ...answered.huge(5000), ...answered.finish()];
    expect(Buffer.byteLength(frames[5] ?? '')).toBe(5000);
    const [huge, done] = [dataOf(frames[5]), dataOf(frames[6])];
    expect([huge.sequence_number, done.sequence_number]).toEqual([5, 6]);
    expect(done.text).toBe(`A${huge.delta}`);
  });
});

describe('usage', () => {
  const numbers = 'input=100,cached=40,cache-write=10,output=20,reasoning=8';

  test('is in the terminal event, and zeros that are nobody’s are beside it', () => {
    const responses = parsed(framesOf(answerTo(`sim:tokens=1,${numbers}`), 1)).flatMap(
      ({ response }) => response ?? [],
    );
    expect(responses.map(({ usage }) => usage)).toEqual([
      null,
      null,
      {
        input_tokens: 100,
        input_tokens_details: { cached_tokens: 40, cache_write_tokens: 10 },
        output_tokens: 20,
        output_tokens_details: { reasoning_tokens: 8 },
        total_tokens: 120,
      },
    ]);
    expect(responses.map(({ tool_usage }) => tool_usage.image_gen.total_tokens)).toEqual([0, 0, 0]);
  });

  test('stays null where the script says never', () => {
    expect(dataOf(answerTo('sim:usage=never').done()[0]).response.usage).toBeNull();
    expect(JSON.parse(answerTo('sim:usage=never').body()).usage).toBeNull();
  });
});

describe('the end', () => {
  test('with a reason is incomplete, and has usage', () => {
    const [frame = ''] = answerTo('sim:reason=max_output_tokens').done();
    expect(frame).toMatch(/^event: response.incomplete\n/);
    expect(dataOf(frame).response).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      output: [{ status: 'incomplete' }],
      usage: { output_tokens: 12 },
    });
  });

  test('of a failure is an error of either shape, and a response without usage', () => {
    const answered = answerTo('sim');
    const frames = [...answered.error(), ...(answered.errorEvent?.() ?? []), ...(answered.failed?.() ?? [])];
    const message = 'The simulator was told to fail here.';
    expect(frames.slice(0, 2)).toEqual([
      `event: error\ndata: {"type":"error","sequence_number":0,"error":{"type":"server_error","code":"server_error","message":"${message}","param":null}}\n\n`,
      `event: error\ndata: {"type":"error","code":"server_error","message":"${message}","param":null,"sequence_number":1}\n\n`,
    ]);
    expect(dataOf(frames[2])).toMatchObject({
      type: 'response.failed',
      response: { status: 'failed', error: { code: 'server_error', message }, usage: null, output: [] },
    });
    expect(JSON.parse(answered.failedBody?.() ?? '')).toMatchObject({ status: 'failed', usage: null });
  });
});

test('a body says what the stream would have said', () => {
  const body = JSON.parse(answerTo('gpt-x;tokens=3,huge-frame=4,input=9').body());
  expect(body).toMatchObject({
    id: 'resp_sim-1',
    object: 'response',
    created_at: 1_790_000_000,
    status: 'completed',
    model: 'gpt-x',
    output: [{ type: 'message', content: [{ type: 'output_text', text: 'A weir (堰)xxxx' }] }],
    usage: { input_tokens: 9, output_tokens: 3, total_tokens: 12 },
  });
});

test('a request without an input is refused', () => {
  expect(() => openaiResponses.read(askingFor({ body: {} }))).toThrow('input');
});
