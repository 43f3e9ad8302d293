// The official OpenAI SDK as the client: it must notice nothing of the gateway but what it asked for.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import OpenAI from 'openai';
import type { ChatCompletionChunk } from 'openai/resources/chat/completions';
import { onEachQueue } from '../support/each-queue.ts';
import { type Gateway, openWeir, type Weir } from '../support/weir.ts';
import { LONG } from './sdk-weir.ts';

const messages = [{ role: 'user' as const, content: 'What does a weir do?' }];
const weather = {
  type: 'function' as const,
  function: { name: 'weather', parameters: { type: 'object', properties: { place: { type: 'string' } } } },
};

interface Trailing {
  readonly weir?: Record<string, unknown>;
}

onEachQueue((queueOn) => {
  let weir: Weir;
  let gateway: Gateway;
  let client: OpenAI;

  beforeAll(async () => {
    weir = await openWeir(queueOn);
    gateway = await weir.startGateway();
    client = clientOf(gateway);
  });

  afterAll(async () => {
    await weir.close();
  });

  test('streams', async () => {
    const { data: stream, response } = await client.chat.completions
      .create({ model: 'gpt-4o;tokens=6,input=8', messages, stream: true })
      .withResponse();
    const chunks = await all(stream);
    expect(textOf(chunks).length).toBeGreaterThan(0);
    expect(chunks.at(-1)?.usage).toMatchObject({ prompt_tokens: 8, completion_tokens: 6 });
    expect(await rowOf(response)).toMatchObject({ status: 'ok', streamed: true, input_tokens: 8, output_tokens: 6 });
  });

  test('streams through its helper, with usage', async () => {
    const runner = client.chat.completions.stream({ model: 'gpt-4o;tokens=6,input=8', messages });
    const completion = await runner.finalChatCompletion();
    expect(completion.choices[0]?.finish_reason).toBe('stop');
    expect(completion.usage).toMatchObject({ total_tokens: 14 });
  });

  test('asks without a stream', async () => {
    const { data, response } = await client.chat.completions
      .create({ model: 'gpt-4o;tokens=6,input=8', messages })
      .withResponse();
    expect(data.usage).toMatchObject({ prompt_tokens: 8, completion_tokens: 6 });
    expect(await rowOf(response)).toMatchObject({
      status: 'ok',
      streamed: false,
      total_tokens: 14,
      upstream_id: data.id,
    });
  });

  test.each([true, false])('calls tools (stream: %s)', async (stream) => {
    const asked = { model: 'gpt-4o;tools,tokens=4', messages, tools: [weather] };
    const completion = stream
      ? await client.chat.completions.stream(asked).finalChatCompletion()
      : await client.chat.completions.create(asked);
    const call = completion.choices[0]?.message.tool_calls?.[0];
    expect(call).toMatchObject({ type: 'function', function: { name: 'weather' } });
    const row = await weir.rows.withUpstreamId(completion.id);
    expect(row).toMatchObject({ status: 'ok', finish_reason: 'tool_calls', usage_source: 'reported' });
    expect(row['ttft_ms'] !== null).toBe(stream);
  });

  test('lists the models', async () => {
    const models = await all(await client.models.list());
    expect(models.map((model) => model.id)).toContain('gpt-4o');
  });

  test('throws its own error classes', async () => {
    const ask = (model: string) => client.chat.completions.create({ model, messages });
    await expect(ask('sim:status=429')).rejects.toBeInstanceOf(OpenAI.RateLimitError);
    await expect(ask('sim:end=hangup')).rejects.toMatchObject({ status: 502, code: 'upstream_reset' });
  });

  test('throws its own error classes at what the gateway refuses', async () => {
    const paying = await weir.startGateway({ UPSTREAM_API_KEY: 'sk-of-the-gateway', GATEWAY_KEYS: 'weir-key' });
    const stranger = clientOf(paying);
    const known = clientOf(paying, 'weir-key');
    const ask = (by: OpenAI, model: string) => by.chat.completions.create({ model, messages });
    await expect(ask(stranger, 'gpt-4o')).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    await expect(ask(known, '')).rejects.toBeInstanceOf(OpenAI.BadRequestError);
    const refusal = { status: 405, code: 'method_not_allowed' };
    await expect(known.get('/chat/completions')).rejects.toMatchObject(refusal);
    await expect(ask(known, 'gpt-4o;tokens=1')).resolves.toMatchObject({ model: 'gpt-4o' });
  });

  test.each(['reset', 'no-finish', 'cut', 'error'])('throws when a stream breaks (end=%s)', async (end) => {
    const { data: stream, response } = await client.chat.completions
      .create({ model: `gpt-4o;tokens=3,end=${end}`, messages, stream: true })
      .withResponse();
    await expect(all(stream)).rejects.toBeInstanceOf(OpenAI.APIError);
    expect(await rowOf(response)).toMatchObject({ status: 'error', finish_reason: null });
  });

  test('leaves in mid-stream: the row says so, and holds the usage', async () => {
    const { data: stream, response } = await client.chat.completions
      .create({ model: `gpt-4o;${LONG.script}`, messages, stream: true })
      .withResponse();
    for await (const chunk of stream) if (textOf([chunk]) !== '') break;
    expect(await rowOf(response)).toMatchObject({
      reason: 'client_disconnected',
      drained: true,
      output_tokens: LONG.tokens,
    });
  });

  describe('with trailing metadata', () => {
    const headers = { 'x-weir-trailing': 'on' };

    test('finds it in the usage chunk, and the usage beside it', async () => {
      const { data: stream, response } = await client.chat.completions
        .create({ model: 'gpt-4o;tokens=6,input=8', messages, stream: true }, { headers })
        .withResponse();
      const last = (await all(stream)).at(-1) as ChatCompletionChunk & Trailing;
      expect(last.usage).toMatchObject({ total_tokens: 14 });
      const row = await rowOf(response);
      expect(last.weir).toEqual({
        request_id: row['id'],
        status: 'ok',
        input_tokens: 8,
        output_tokens: 6,
        cost: String(row['cost']).replace(/0+$/, ''),
        currency: 'USD',
        ttft_ms: row['ttft_ms'],
        duration_ms: row['duration_ms'],
      });
    });

    test.each(['after', 'finish', 'after-choices', 'null-after', 'each', 'early', 'groq', 'choice', 'never'])(
      'survives it wherever usage is (usage=%s)',
      async (usage) => {
        const model = `gpt-4o;tokens=6,input=8,usage=${usage}`;
        const plain = await client.chat.completions.stream({ model, messages }).finalChatCompletion();
        const trailing = await client.chat.completions.stream({ model, messages }, { headers }).finalChatCompletion();
        expect(trailing.usage).toEqual(plain.usage);
        expect(trailing.choices).toEqual(plain.choices);
      },
    );

    test('finds it in the headers where there is no stream', async () => {
      const { response } = await client.chat.completions
        .create({ model: 'gpt-4o;tokens=6,input=8', messages }, { headers })
        .withResponse();
      const row = await rowOf(response);
      expect(response.headers.get('x-weir-status')).toBe('ok');
      expect(response.headers.get('x-weir-output-tokens')).toBe('6');
      expect(Number(response.headers.get('x-weir-cost'))).toBe(Number(row['cost']));
      expect(response.headers.get('x-weir-ttft-ms')).toBeNull();
    });
  });

  describe('with stripped usage frames', () => {
    const asked = { model: 'gpt-4o;tokens=6,input=8', messages, stream: true as const };

    test('unrequested: only who asked sees usage', async () => {
      const quiet = clientOf(await weir.startGateway({ STRIP_USAGE_FRAME: 'unrequested' }));
      const silent = await all(await quiet.chat.completions.create(asked));
      expect(silent.every((chunk) => chunk.choices.length > 0 && !chunk.usage)).toBe(true);
      const told = await all(
        await quiet.chat.completions.create({ ...asked, stream_options: { include_usage: true } }),
      );
      expect(told.at(-1)?.usage).toMatchObject({ total_tokens: 14 });
    });

    test.each(['after', 'finish', 'after-choices', 'each'])(
      'always, by the bare flag: nobody does (usage=%s)',
      async (usage) => {
        const strict = clientOf(await weir.startGateway({}, ['--strip-usage-frame', '--trailing-metadata']));
        const model = `gpt-4o;tokens=6,input=8,usage=${usage}`;
        const { data: stream, response } = await strict.chat.completions
          .create({ model, messages, stream: true, stream_options: { include_usage: true } })
          .withResponse();
        const chunks = await all(stream);
        expect(chunks.every((chunk) => !chunk.usage)).toBe(true);
        expect(chunks.flatMap((chunk) => chunk.choices).at(-1)?.finish_reason ?? 'stop').toBe('stop');
        expect(await rowOf(response)).toMatchObject({ status: 'ok', total_tokens: 14 });
      },
    );
  });

  const rowOf = (response: Response) => weir.rows.of(response.headers.get('x-weir-request-id') ?? '');
});

const clientOf = ({ url }: Gateway, apiKey = 'sk-of-the-caller') =>
  new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });

const textOf = (chunks: ChatCompletionChunk[]) =>
  chunks.map((chunk) => chunk.choices[0]?.delta?.content ?? '').join('');

async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}
