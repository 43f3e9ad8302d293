// The simulator's other OpenAI APIs as the official SDK reads them, and a response that is asked for again.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import OpenAI from 'openai';
import { type Simulator, startSimulator } from './simulator-client.ts';

const TEXT = 'A weir (堰) lets the stream through, and measures it.';

let simulator: Simulator;
let client: OpenAI;

beforeAll(async () => {
  simulator = await startSimulator();
  client = new OpenAI({ baseURL: simulator.url.href, apiKey: 'sk-any', maxRetries: 0 });
});

afterAll(() => simulator.stop());

test('completions, streamed or not', async () => {
  const asked = { model: 'gpt-x;every=0', prompt: 'What is a weir?' };
  const stream = await client.completions.create({ ...asked, stream: true, stream_options: { include_usage: true } });
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  expect(chunks.map(({ choices }) => choices[0]?.text ?? '').join('')).toBe(TEXT);
  expect(chunks.at(-1)).toMatchObject({ model: 'gpt-x', usage: { completion_tokens: 12 } });
  expect((await client.completions.create(asked)).choices[0]?.text).toBe(TEXT);
});

test('embeddings, which the SDK asks for in base64', async () => {
  const { data, usage } = await client.embeddings.create({ model: 'sim:input=7', input: ['a', 'b'], dimensions: 4 });
  expect(data.map(({ embedding }) => embedding.length)).toEqual([4, 4]);
  expect(data[0]?.embedding[0]).toBeCloseTo(0.916);
  expect(usage).toEqual({ prompt_tokens: 7, total_tokens: 7 });
});

describe('responses', () => {
  const input = 'What is a weir?';
  const tools = [{ type: 'function' as const, name: 'dam', parameters: {}, strict: false }];

  test('streamed or not', async () => {
    const streamed = await client.responses.stream({ model: 'gpt-x;every=0', input }).finalResponse();
    const whole = await client.responses.create({ model: 'gpt-x;every=0', input });
    for (const response of [streamed, whole]) {
      expect(response.output_text).toBe(TEXT);
      expect(response).toMatchObject({ model: 'gpt-x', status: 'completed', usage: { output_tokens: 12 } });
    }
  });

  test('with a function call, streamed or not', async () => {
    const asked = { model: 'sim:tools,tokens=3', input, tools };
    const streamed = await client.responses.stream(asked).finalResponse();
    const whole = await client.responses.create(asked);
    for (const { output } of [streamed, whole]) {
      expect(output).toMatchObject([{ type: 'function_call', name: 'dam', arguments: '{"text":"A weir (堰)"}' }]);
    }
  });

  test('that fail throw', async () => {
    const events = async (end: string) => {
      const stream = await client.responses.create({ model: `sim:end=${end}`, input, stream: true });
      for await (const _ of stream);
    };
    await expect(events('failed')).rejects.toBeInstanceOf(OpenAI.APIError);
    await expect(client.responses.create({ model: 'sim:status=429', input })).rejects.toBeInstanceOf(
      OpenAI.RateLimitError,
    );
  });

  test('can be asked for again from where the connection broke, and have the same end', async () => {
    const model = 'sim:tokens=3,end=reset';
    const broken = await simulator.askAt('/v1/responses', { model, input, stream: true });
    const id = /"id":"(resp_[^"]+)"/.exec(broken.text)?.[1] ?? '';
    const replay = await client.responses.retrieve(id, { stream: true, starting_after: 4 });
    const events = [];
    for await (const event of replay) events.push(event);
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual([5, 6, 7, 8, 9, 10]);
    expect(events.slice(0, 2)).toMatchObject([{ delta: ' weir' }, { delta: ' (堰)' }]);
    expect(events.at(-1)).toMatchObject({ type: 'response.completed', response: { id, usage: { output_tokens: 3 } } });
    expect(await client.responses.retrieve(id)).toMatchObject({ id, status: 'completed', output_text: 'A weir (堰)' });
  });

  test('that failed are asked for again, and fail again', async () => {
    const { text } = await simulator.askAt('/v1/responses', { model: 'sim:tokens=1,end=failed', input, stream: true });
    const id = /"id":"(resp_[^"]+)"/.exec(text)?.[1] ?? '';
    const again = await fetch(new URL(`responses/${id}?stream=true`, simulator.url));
    expect(await again.text()).toBe(text);
    expect(await client.responses.retrieve(id)).toMatchObject({ status: 'failed' });
  });
});
