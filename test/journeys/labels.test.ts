// What a provider calls its answer is no reason to hold it back: a stream is a stream under any label, and what cannot be read
// is handed on as it came. And what still comes behind the end is waited for while it comes.
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Provider, startProvider } from '../support/provider.ts';
import { askRaw, readRaw, sendRaw } from '../support/raw-http.ts';
import { type Gateway, openWeir, type Weir } from '../support/weir.ts';
import { type BluntProvider, startBluntProvider } from './blunt-provider.ts';
import { HELD } from './held-stream.ts';

const OK = { status: 'ok', http_status: 200, upstream_status: 200, total_tokens: 5, usage_source: 'reported' };
const UNREADABLE = { status: 'error', reason: 'upstream_protocol', http_status: 200, upstream_status: 200, cost: null };
const [FIRST = ''] = HELD.split(/(?<=\n\n)/);

/** What each API streams, down to its usage of 3 and 2. */
const STREAMS: [path: string, stream: string][] = [
  ['/v1/chat/completions', HELD],
  [
    '/v1/responses',
    'event: response.completed\ndata: {"type":"response.completed","response":{"id":"r","status":"completed","usage":{"input_tokens":3,"output_tokens":2}}}\n\n',
  ],
  [
    '/v1/messages',
    'event: message_start\ndata: {"type":"message_start","message":{"id":"m","usage":{"input_tokens":3,"output_tokens":2}}}\n\nevent: message_stop\ndata: {"type":"message_stop"}\n\n',
  ],
  [
    '/v1beta/models/m:streamGenerateContent',
    'data: {"candidates":[{"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2}}\r\n\r\n',
  ],
];

const WHOLE =
  '{"id":"c","model":"m","choices":[{"index":0,"message":{"content":"a"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2}}';

let weir: Weir;
let provider: Provider;
let blunt: BluntProvider;
let gateway: Gateway;
let bluntly: Gateway;

beforeAll(async () => {
  [weir, provider, blunt] = await Promise.all([openWeir('Postgres'), startProvider(), startBluntProvider()]);
  gateway = await weir.startGateway({ UPSTREAM_URL: provider.url });
  bluntly = await weir.startGateway({ UPSTREAM_URL: blunt.url });
});

afterAll(async () => {
  await Promise.all([provider.close(), blunt.close()]);
  await weir.close();
});

describe('a stream is a stream', () => {
  describe.each(['text/plain', 'application/octet-stream', 'application/json; charset=utf-8'])('as %s', (type) => {
    test.each(STREAMS)('on %s, whole or byte by byte', async (path, stream) => {
      for (const pieces of [[stream], [...Buffer.from(stream)].map((byte) => Buffer.from([byte]))]) {
        const { answer, row } = await asked(pieces, { type, path });
        expect(answer.text).toBe(stream);
        expect(answer.head).toMatch(new RegExp(`\r\ncontent-type: ${type}\r\n`, 'i'));
        expect(row).toMatchObject({ ...OK, streamed: true });
        expect(Number(row['bytes_delivered'])).toBe(Buffer.byteLength(stream));
      }
    });
  });

  test('without any label', async () => {
    blunt.answer(`HTTP/1.1 200 OK\r\ncontent-length: ${HELD.length}\r\n\r\n${HELD}`);
    const answer = await askRaw({
      url: new URL('/v1/chat/completions', bluntly.url),
      body: { model: 'm', stream: true },
    });
    expect(answer.text).toBe(HELD);
    expect(answer.head).not.toMatch(/content-type/i);
    expect(await weir.rows.of(idIn(answer.head))).toMatchObject(OK);
  });

  test.each(['utf-8', 'x-own, gzip'])('as if it were packed in a way that nobody knows: %s', async (encoding) => {
    provider.answer({ pieces: [HELD], headers: { 'content-encoding': encoding } });
    const answer = await askRaw({
      url: new URL('/v1/chat/completions', gateway.url),
      body: { model: 'm', stream: true },
    });
    expect(answer.text).toBe(HELD);
    expect(answer.head).toContain(`content-encoding: ${encoding}\r\n`);
    expect(await weir.rows.of(idIn(answer.head))).toMatchObject(OK);
  });

  test('from its first frame on: nothing of it waits for the rest', async () => {
    const heard = Promise.withResolvers<void>();
    const pieces = [...FIRST, () => heard.promise, HELD.slice(FIRST.length)];
    provider.answer({ pieces, headers: { 'content-type': 'text/plain' } });
    const socket = sendRaw({ url: new URL('/v1/chat/completions', gateway.url), body: { model: 'm', stream: true } });
    const answering = readRaw(socket);
    for (let text = ''; !text.includes(FIRST.trim()); ) text += String((await once(socket, 'data'))[0]);
    heard.resolve();
    const answer = await answering;
    expect([answer.text, answer.ended]).toEqual([HELD, 'complete']);
    expect(await weir.rows.of(idIn(answer.head))).toMatchObject(OK);
  });

  describe.each(['text/event-stream', 'text/plain'])('as %s', (type) => {
    test.each([' ', '\n', ' x: 1\n\n', 'hello\n\n', 'hello\r\n', '\uFEFF', 'error: {}\n\n'])(
      'whatever stands before its first event: %j',
      async (first) => {
        for (const pieces of [[first + HELD], [...Buffer.from(first + HELD)].map((byte) => Buffer.from([byte]))]) {
          const { answer, row } = await asked(pieces, { type });
          expect([answer.text, answer.ended]).toEqual([first + HELD, 'complete']);
          expect(row).toMatchObject(OK);
        }
      },
    );
  });
});

describe('what cannot be read is handed on as it came', () => {
  test.each<[type: string, body: string, stream: boolean]>([
    ['text/plain', 'upstream overloaded\n', true],
    ['application/json', '<html>oh no</html>', true],
    ['application/json', '<html>oh no</html>', false],
    ['text/html', '<html>oh no</html>', true],
    ['application/json', '{"id":"c', false],
    ['application/octet-stream', '\u0000\u0001', true],
    ['text/event-stream', 'Bad gateway', true],
    ['text/event-stream', 'Error: overloaded', true],
    ['text/event-stream', 'Bad\n\ngateway\n', true],
    ['text/event-stream', '{"id":"c', true],
  ])('as %s: %j (asked for a stream: %s)', async (type, body, stream) => {
    for (const pieces of [[body], [...body]]) {
      const { answer, row } = await asked(pieces, { type, stream });
      expect(answer.head).toContain('HTTP/1.1 200 ');
      expect(answer.head).toMatch(new RegExp(`\r\ncontent-type: ${type}\r\n`, 'i'));
      expect([answer.text, answer.ended]).toEqual([body, 'complete']);
      expect(row).toMatchObject({ ...UNREADABLE, streamed: stream });
      expect(Number(row['bytes_delivered'])).toBe(body.length);
    }
  });

  test.each([true, false])('nothing at all, too: 204 (asked for a stream: %s)', async (stream) => {
    blunt.answer('HTTP/1.1 204 No Content\r\nx-own: 1\r\n\r\n');
    const answer = await askRaw({ url: new URL('/v1/chat/completions', bluntly.url), body: { model: 'm', stream } });
    expect(answer.head).toMatch(/^HTTP\/1\.1 204 .*x-own: 1\r\n/s);
    expect(answer.head).not.toMatch(/content-length|transfer-encoding/i);
    expect(answer.text).toBe('');
    expect(await weir.rows.of(idIn(answer.head))).toMatchObject({
      ...UNREADABLE,
      http_status: 204,
      upstream_status: 204,
    });
  });

  test('but not HTML that calls itself a stream: the client is told in band', async () => {
    const { answer, row } = await asked(['<html>oh no</html>'], { type: 'text/event-stream' });
    expect(answer.text).not.toContain('html');
    expect(answer.text).toContain('"code":"upstream_protocol"');
    expect(row).toMatchObject(UNREADABLE);
  });
});

describe('one answer that is no stream, called one', () => {
  test.each([WHOLE, `${WHOLE}\n\n`, JSON.stringify(JSON.parse(WHOLE), null, 2)])(
    'is read as what it is: %j',
    async (body) => {
      const { answer, row } = await asked([body.slice(0, 20), body.slice(20)], { type: 'text/event-stream' });
      expect([answer.text, answer.ended]).toEqual([body, 'complete']);
      expect(row).toMatchObject({ ...OK, finish_reason: 'stop' });
    },
  );

  test('may be an error', async () => {
    const { answer, row } = await asked(['{"error":{"message":"overloaded"}}'], { type: 'text/event-stream' });
    expect(answer.text).toBe('{"error":{"message":"overloaded"}}');
    expect(row).toMatchObject({ status: 'error', reason: 'upstream_error', http_status: 200 });
  });
});

describe('what trickles and never becomes an answer', () => {
  test.each([
    ['text/plain', '\n', 504],
    ['text/plain', 'd', 504],
    ['text/plain', '{', 504],
    ['text/event-stream', '\n', 200],
    ['text/event-stream', 'd', 200],
  ])('is given up as silence is: as %s, %j', async (type, piece, status) => {
    const hasty = await weir.startGateway({ UPSTREAM_URL: provider.url, HEADERS_TIMEOUT_MS: '1000' });
    const trickle = Array.from({ length: 100 }, () => [piece, () => pause(200, undefined, { ref: false })]).flat();
    const { answer, row } = await asked(trickle, { type, to: hasty });
    expect(answer.head).toContain(`HTTP/1.1 ${status} `);
    expect(answer.text).toContain('"code":"idle_timeout"');
    expect(row).toMatchObject({ status: 'error', reason: 'idle_timeout', http_status: status, cost: null });
  });
});

describe('behind the end', () => {
  const error = 'event: error\ndata: {"type":"error","message":"overloaded"}\n\n';
  const failed = `event: response.failed\ndata: {"type":"response.failed","response":{"id":"r","status":"failed","instructions":"${'x'.repeat(2000)}","error":{"code":"server_error"},"usage":{"input_tokens":3,"output_tokens":2}}}\n\n`;

  test('what comes in small pieces comes whole, however long it takes', async () => {
    const pieces = failed.match(/.{1,300}/gs)?.flatMap((piece) => [() => pause(200), piece]) ?? [];
    const { answer, row } = await asked([error, ...pieces], { type: 'text/event-stream', path: '/v1/responses' });
    expect(answer.text).toBe(error + failed);
    expect(row).toMatchObject({ reason: 'upstream_error', terminal_seen: true, total_tokens: 5, upstream_id: 'r' });
  });

  test('a provider that says nothing more is not waited for', async () => {
    const closed = Promise.withResolvers<void>();
    const { answer, row } = await asked([HELD, () => closed.promise], { type: 'text/event-stream' });
    closed.resolve();
    expect([answer.text, answer.ended]).toEqual([HELD, 'complete']);
    expect(row).toMatchObject(OK);
  });

  const trickling = (piece: string) =>
    Array.from({ length: 100 }, () => [() => pause(200, undefined, { ref: false }), piece]).flat();

  test.each(['\n', ': p\n', 'x', 'data: [DONE]\n\n', 'data: {"a":1}\n\n'])(
    'a provider that goes on behind the terminal frame is not waited for: %j',
    async (piece) => {
      const { answer, row } = await asked([HELD, ...trickling(piece)], { type: 'text/event-stream' });
      expect(answer.ended).toBe('complete');
      expect(answer.text.startsWith(HELD)).toBe(true);
      expect(answer.text.length).toBeLessThanOrEqual(HELD.length + 10 * piece.length);
      expect(row).toMatchObject(OK);
    },
  );

  test('a provider that goes on for ever behind an error is cut after IDLE_TIMEOUT_MS', async () => {
    const hasty = await weir.startGateway({ UPSTREAM_URL: provider.url, IDLE_TIMEOUT_MS: '1500' });
    const request = { type: 'text/event-stream', path: '/v1/responses', to: hasty };
    const { answer, row } = await asked([error, ...trickling('x')], request);
    expect(answer.text.replace(error, '')).toMatch(/^x{4,20}$/);
    expect(row).toMatchObject({ status: 'error', reason: 'upstream_error' });
  });
});

interface Asked {
  readonly type: string;
  readonly path?: string;
  readonly stream?: boolean;
  readonly to?: Gateway;
}

async function asked(
  pieces: readonly (string | Buffer | (() => Promise<unknown>))[],
  { type, path = '/v1/chat/completions', stream = true, to = gateway }: Asked,
) {
  provider.answer({ pieces, headers: { 'content-type': type } });
  const answer = await askRaw({ url: new URL(path, to.url), body: { model: 'm', stream } });
  return { answer, row: await weir.rows.of(idIn(answer.head)) };
}

const idIn = (head: string): string => /x-weir-request-id: ([\w-]+)/.exec(head)?.[1] as string;
