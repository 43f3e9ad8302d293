// The simulator as its callers meet it: its pace, its memory, its refusals, the SDK, and the process.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import OpenAI from 'openai';
import { SIMULATOR, type Simulator, startSimulator, until } from './simulator-client.ts';

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator();
});

beforeEach(async () => {
  await simulator.forgetRequests();
});

afterAll(() => simulator.stop());

describe('pace', () => {
  test('headers, the first token and every token have their time', async () => {
    const began = performance.now();
    const answer = await simulator.ask('sim:headers=40,first=30,tokens=3,every=20');
    const [headers = 0, ...chunks] = answer.times.map((time) => time - began);
    expect(headers).toBeGreaterThanOrEqual(38);
    expect(chunks[0]).toBeGreaterThanOrEqual(68);
    expect(chunks.at(-1)).toBeGreaterThanOrEqual(128);
  });

  test('a client that leaves is noticed, and nothing more is made for it', async () => {
    await simulator.ask('sim:tokens=100000,every=2', { leaveAt: '" weir"' });
    const request = await simulator.requestThatEnded();
    expect(request.sawClose).toBe(true);
    expect(request.sentFrames).toBeLessThan(10_000);
  });

  test('a client that does not read is waited for', async () => {
    const connection = simulator.send('sim:tokens=200000,size=1000,every=0');
    await once(connection, 'readable');
    const filled = await settled(async () => (await simulator.requests())[0]?.sentBytes ?? 0);
    expect(filled).toBeLessThan(100_000_000);
    connection.destroy();
    expect(await simulator.requestThatEnded()).toMatchObject({ sawClose: true });
  });

  test('a flood is whole', async () => {
    const { text, ended } = await simulator.ask('sim:tokens=20000,size=100,every=0');
    expect(ended).toBe('complete');
    expect(text.match(/"content":".{100}"/g)).toHaveLength(20_000);
    expect(await simulator.requestThatEnded()).toMatchObject({ sentFrames: 20_003, sentBytes: text.length });
  });
});

describe('what it was asked', () => {
  test('is told without the prompt and without the credential', async () => {
    await simulator.ask('gpt-4o;tokens=1', {
      body: { temperature: 1 },
      headers: 'authorization: Bearer sk-very-secret\r\n',
    });
    const request = await simulator.requestThatEnded();
    expect(request).toMatchObject({
      model: 'gpt-4o;tokens=1',
      stream: true,
      authorization: true,
      headers: { authorization: expect.stringMatching(/^sha256:[0-9a-f]{12}$/) },
      body: { temperature: 1, messageCount: 1 },
      sentFrames: 4,
    });
    expect(request.id).toMatch(/^chatcmpl-sim-/);
    expect(JSON.stringify(request)).not.toMatch(/secret|What is a weir/);
  });

  test('is forgotten when told', async () => {
    await simulator.ask('sim:tokens=1');
    expect(await simulator.requests()).toHaveLength(1);
    expect((await simulator.forgetRequests()).status).toBe(204);
    expect(await simulator.requests()).toEqual([]);
  });
});

describe('what it does not understand', () => {
  test.each([
    ['{', 'not a JSON object'],
    ['[]', 'not a JSON object'],
    ['{"messages":[]}', 'model'],
    ['{"model":"sim"}', 'messages'],
    ['{"model":"sim:tokns=3","messages":[]}', '"tokns" is no word'],
  ])('%s is answered with 400', async (body, message) => {
    const answer = await fetch(new URL('chat/completions', simulator.url), { method: 'POST', body });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      error: { message: expect.stringContaining(message), type: 'invalid_request_error' },
    });
  });

  test('a path or a method is answered with 404 or 405', async () => {
    const nowhere = await fetch(new URL('nowhere', simulator.url));
    expect([nowhere.status, await nowhere.json()]).toMatchObject([404, { error: { code: 'not_found' } }]);
    const wrong = await fetch(new URL('chat/completions', simulator.url));
    expect([wrong.status, wrong.headers.get('allow'), await wrong.json()]).toMatchObject([405, 'POST', { error: {} }]);
  });
});

describe('the OpenAI SDK', () => {
  const client = () => new OpenAI({ baseURL: simulator.url.href, apiKey: 'sk-any', maxRetries: 0 });
  const messages = [{ role: 'user' as const, content: 'What is a weir?' }];

  test('lists the models', async () => {
    const { data } = await client().models.list();
    expect(data.map(({ id }) => id)).toContain('gpt-4o');
  });

  test('reads a stream and its usage', async () => {
    const options = { include_usage: true };
    const stream = client().chat.completions.stream({
      model: 'gpt-4o',
      messages,
      stream: true,
      stream_options: options,
    });
    const completion = await stream.finalChatCompletion();
    expect(completion.choices[0]?.message.content).toBe('A weir (堰) lets the stream through, and measures it.');
    expect(completion).toMatchObject({ model: 'gpt-4o', usage: { completion_tokens: 12 } });
  });

  test('reads a tool call, streamed or not', async () => {
    const tools = [{ type: 'function' as const, function: { name: 'dam', parameters: {} } }];
    const asked = { model: 'sim:tools,tokens=3', messages, tools };
    const streamed = await client()
      .chat.completions.stream({ ...asked, stream: true })
      .finalChatCompletion();
    const whole = await client().chat.completions.create(asked);
    for (const { choices } of [streamed, whole]) {
      const called = { name: 'dam', arguments: '{"text":"A weir (堰)"}' };
      expect(choices[0]).toMatchObject({
        finish_reason: 'tool_calls',
        message: { tool_calls: [{ function: called }] },
      });
    }
  });

  test('throws what it was told to throw', async () => {
    const create = (model: string) => client().chat.completions.create({ model, messages });
    await expect(create('sim:status=429')).rejects.toBeInstanceOf(OpenAI.RateLimitError);
    await expect(create('sim:status=500')).rejects.toBeInstanceOf(OpenAI.InternalServerError);
    await expect(create('sim:nonsense')).rejects.toBeInstanceOf(OpenAI.BadRequestError);
  });
});

describe('the process', () => {
  test('ends at SIGTERM with 0, in the middle of a stream', async () => {
    const own = await startSimulator();
    const answer = own.ask('sim:end=silent');
    await own.requestThatBegan();
    own.process.kill('SIGTERM');
    expect(await once(own.process, 'exit')).toEqual([0, null]);
    expect((await answer).ended).not.toBe('complete');
  });

  test('ends with 0 when the process that forked it is gone', async () => {
    const { process: own } = await startSimulator();
    own.disconnect();
    expect(await once(own, 'exit')).toEqual([0, null]);
  });

  test('names the host and the port when the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, stderr } = await run(['--port', String(port)]);
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`^The simulator cannot listen on 127.0.0.1:${port}: .*\\n$`));
    other.close();
  });

  test('explains itself', async () => {
    const { code, stdout } = await run(['--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('--port');
    expect(stdout).toContain('end=error-hang');
  });
});

/** What a number is when it has stopped changing. */
async function settled(probe: () => Promise<number>): Promise<number> {
  let before = await probe();
  return until(async () => {
    await sleep(50);
    const now = await probe();
    const same = now === before && now > 0;
    before = now;
    return same ? now : undefined;
  });
}

async function run(flags: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [SIMULATOR, ...flags], { env: {} });
  const [[code], stdout, stderr] = await Promise.all([
    once(child, 'exit') as Promise<[number]>,
    textOf(child.stdout),
    textOf(child.stderr),
  ]);
  return { code, stdout, stderr };
}
