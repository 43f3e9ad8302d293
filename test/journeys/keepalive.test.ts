// In a stream that is silent for KEEPALIVE_MS a comment is said, and nothing else about it changes.
import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import OpenAI from 'openai';
import { type Provider, startProvider } from '../support/provider.ts';
import { type RawAnswer, type RawRequest, readRaw, sendRaw } from '../support/raw-http.ts';
import { type Gateway, openWeir, type Weir } from '../support/weir.ts';
import { keepOnLoopback, type Leash } from './sdk-loopback.ts';
import { all } from './sdk-weir.ts';

const COMMENT = ': keep-alive\n\n';
const KEEPALIVE_MS = 150;
const silence = () => pause(3 * KEEPALIVE_MS);

let weir: Weir;
let provider: Provider;
let talking: Gateway;
let silent: Gateway;

beforeAll(async () => {
  [weir, provider] = await Promise.all([openWeir('Postgres'), startProvider()]);
  const env = { UPSTREAM_URL: provider.url };
  [talking, silent] = await Promise.all([
    weir.startGateway({ ...env, KEEPALIVE_MS: String(KEEPALIVE_MS) }),
    weir.startGateway(env),
  ]);
});

afterAll(async () => {
  await provider.close();
  await weir.close();
});

describe('comments break the silence of a provider, and nothing but them is added', () => {
  test.each([
    ['chat-openai', '\n', '/v1/chat/completions'],
    ['chat-openai', '\r\n', '/v1/chat/completions'],
    ['completions-openai', '\n', '/v1/completions'],
    ['responses-openai', '\n', '/v1/responses'],
    ['anthropic-tool-use', '\n', '/v1/messages'],
  ])('%s, whose lines end with %j', async (fixture, lineEnd, path) => {
    const stream = (await streamOf(fixture)).replaceAll('\n', lineEnd);
    const [beginning, middle, end] = cut(stream);
    const [once, twice] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    provider.answer({ pieces: [beginning, () => once.promise, middle, () => twice.promise, end] });
    const socket = sendRaw(streamed(talking, path));
    hear(socket, (comments) => {
      if (comments >= 2) once.resolve();
      if (comments >= 4) twice.resolve();
    });
    const answer = await readRaw(socket);
    expect(answer.ended).toBe('complete');
    expect(withoutComments(answer)).toBe(stream);
    for (const before of answer.text.split(COMMENT).slice(0, -1)) expect(before).toMatch(/^$|\n\r?\n$/);
    expect(answer.chunks.filter((chunk) => String(chunk) === COMMENT).length).toBeGreaterThanOrEqual(4);

    provider.answer({ pieces: [stream] });
    const plain = await readRaw(sendRaw(streamed(silent, path)));
    expect(plain.text).toBe(stream);
    expect(measured(await rowOf(answer))).toEqual(measured(await rowOf(plain)));
  });

  test('while the end is held back too, and none after it', async () => {
    const stream = await streamOf('chat-openai');
    provider.answer({ pieces: [stream, silence, silence] });
    const answer = await readRaw(sendRaw(streamed(talking)));
    expect(withoutComments(answer)).toBe(stream);
    expect(answer.text).toContain(`${COMMENT}data: [DONE]`);
    expect(answer.text).toMatch(/data: \[DONE\]\n\n$/);
  });
});

describe('there is none', () => {
  test('before the provider has begun to answer', async () => {
    const stream = await streamOf('chat-openai');
    let begunAt = Number.NaN;
    const before = async () => {
      await silence();
      begunAt = performance.now();
    };
    provider.answer({ before, pieces: [stream] });
    const answer = await readRaw(sendRaw(streamed(talking)));
    expect(answer.times[0]).toBeGreaterThanOrEqual(begunAt);
    expect(withoutComments(answer)).toBe(stream);
  });

  test('in an answer that is no stream', async () => {
    const body = await readFixture('chat-openai-whole.body');
    provider.answer({
      headers: { 'content-type': 'application/json' },
      pieces: [body.slice(0, 50), silence, body.slice(50)],
    });
    const answer = await readRaw(sendRaw(streamed(talking)));
    expect(answer.text).toBe(body);
    expect(answer.head).toContain(`content-length: ${Buffer.byteLength(body)}\r\n`);
  });

  // Google's own clients fail at comments.
  test.each([
    ['gemini-thoughts.sse', 'text/event-stream', '?alt=sse'],
    ['gemini-array-thoughts.array', 'application/json', ''],
  ])('in what Gemini streams (%s)', async (fixture, type, query) => {
    const stream = await readFixture(fixture);
    const [beginning, middle, end] = cut(stream);
    provider.answer({ headers: { 'content-type': type }, pieces: [beginning, silence, middle, silence, end] });
    const path = `/v1beta/models/gemini-x:streamGenerateContent${query}`;
    const answer = await readRaw(sendRaw({ url: new URL(path, talking.url), body: { contents: [] } }));
    expect(answer.text).toBe(stream);
    expect(await rowOf(answer)).toMatchObject({ status: 'ok', bytes_delivered: String(Buffer.byteLength(stream)) });
  });

  test('where KEEPALIVE_MS is not set', async () => {
    const stream = await streamOf('chat-openai');
    const [beginning, middle, end] = cut(stream);
    provider.answer({ pieces: [silence, beginning, silence, middle + end] });
    expect((await readRaw(sendRaw(streamed(silent)))).text).toBe(stream);
  });
});

describe('an SDK reads the same as without', () => {
  const [model, messages] = ['m', [{ role: 'user' as const, content: 'What does a weir do?' }]];
  let leash: Leash;
  beforeAll(() => {
    leash = keepOnLoopback();
  });
  afterAll(() => {
    leash.release();
    expect(leash.strangers).toEqual([]);
  });

  test('OpenAI’s', async () => {
    await expectSame('chat-openai', async ({ url: gateway }, fetch) => {
      const client = new OpenAI({ baseURL: new URL('/v1', gateway).href, apiKey: 'sk', fetch, maxRetries: 0 });
      return all(await client.chat.completions.create({ model, messages, stream: true }));
    });
  });

  test('Anthropic’s', async () => {
    await expectSame('anthropic-tool-use', async ({ url: baseURL }, fetch) => {
      const client = new Anthropic({ baseURL, apiKey: 'sk', fetch, maxRetries: 0 });
      return all(await client.messages.create({ model, messages, max_tokens: 9, stream: true }));
    });
  });

  async function expectSame(fixture: string, read: (gateway: Gateway, by: typeof fetch) => Promise<unknown[]>) {
    const stream = await streamOf(fixture);
    const [beginning, middle, end] = cut(stream);
    const heard = Promise.withResolvers<void>();
    provider.answer({ pieces: [beginning, () => heard.promise, middle, end] });
    const withComments = await read(talking, fetchHearing(heard.resolve));
    provider.answer({ pieces: [stream] });
    expect(withComments).toEqual(await read(silent, fetch));
    expect(withComments.length).toBeGreaterThan(2);
  }
});

test('a client that takes nothing more is found all the same: comments are not taken for progress', async () => {
  const gateway = await weir.startGateway({ KEEPALIVE_MS: String(KEEPALIVE_MS), CLIENT_STALL_MS: '500' });
  const socket = sendRaw(streamed(gateway, '/v1/chat/completions', 'sim:tokens=1500,size=20000,every=0'));
  const head = await new Promise<string>((resolve) => {
    socket.once('data', (bytes) => {
      socket.pause();
      resolve(String(bytes));
    });
  });
  const row = await weir.rows.of(idIn(head));
  expect(row).toMatchObject({ status: 'aborted', reason: 'client_stalled', drained: true, output_tokens: 1500 });
  socket.destroy();
});

function streamed(gateway: Gateway, path = '/v1/chat/completions', model = 'm'): RawRequest {
  return { url: new URL(path, gateway.url), body: { model, messages: [], input: '', prompt: '', stream: true } };
}

const readFixture = (name: string) => readFile(new URL(`../fixtures/${name}`, import.meta.url), 'utf8');

async function streamOf(fixture: string): Promise<string> {
  const stream = await readFixture(`${fixture}.sse`);
  expect(stream).not.toContain(COMMENT);
  return stream;
}

/** Inside a frame, and between two. */
function cut(stream: string): [beginning: string, middle: string, end: string] {
  const inside = Math.floor(stream.length / 3);
  const [between = ''] = /^.*?\n\r?\n/s.exec(stream.slice(inside)) ?? [];
  return [stream.slice(0, inside), between, stream.slice(inside + between.length)];
}

/** Tells with each read how many comments there were so far. */
function hear(socket: Socket, tell: (comments: number) => void): void {
  let text = '';
  socket.on('data', (bytes) => {
    text += bytes;
    tell(text.split(COMMENT).length - 1);
  });
}

/** Goes to the network as ever, and tells when a comment comes: SDKs do not show it. */
function fetchHearing(tell: () => void): typeof fetch {
  return async (...asked) => {
    const answer = await fetch(...asked);
    let text = '';
    const ear = new TransformStream<Uint8Array, Uint8Array>({
      transform(bytes, passed) {
        text += Buffer.from(bytes).toString('latin1');
        if (text.includes(COMMENT)) tell();
        passed.enqueue(bytes);
      },
    });
    return new Response(answer.body?.pipeThrough(ear), answer);
  };
}

const withoutComments = ({ text }: RawAnswer): string => text.replaceAll(COMMENT, '');

const idIn = (head: string): string => /x-weir-request-id: ([\w-]+)/.exec(head)?.[1] as string;

const rowOf = ({ head }: RawAnswer) => weir.rows.of(idIn(head));

const measured = ({ status, frames, bytes, frames_delivered, bytes_delivered }: Record<string, unknown>) => ({
  status,
  frames,
  bytes,
  frames_delivered,
  bytes_delivered,
});
