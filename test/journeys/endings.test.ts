// Every way in which a relayed request can end, ended the way clients and providers really end it, and the row that it
// leaves: once with the queue on Redis, once on Postgres.
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { onEachQueue } from '../support/each-queue.ts';
import { askRaw, type RawAnswer, type RawRequest, sendRaw } from '../support/raw-http.ts';
import { type Gateway, openWeir, type Weir } from '../support/weir.ts';

const SETTINGS = {
  CLIENT_STALL_MS: '500',
  HEADERS_TIMEOUT_MS: '600',
  IDLE_TIMEOUT_MS: '600',
  MAX_FRAME_BYTES: '65536',
};

const ABORT = 'x-weir-on-disconnect: abort\r\n';
const ALL = { status: 'ok', reason: null, detail: null, http_status: 200, upstream_status: 200 };

onEachQueue((queueOn) => {
  let weir: Weir;
  let gateway: Gateway;
  let directory: string;

  beforeAll(async () => {
    weir = await openWeir(queueOn);
    directory = await mkdtemp(join(tmpdir(), 'weir-endings-'));
    const config = join(directory, 'weir.yaml');
    await writeFile(
      config,
      `upstreams:
  simulated: { url: "${weir.upstreamUrl}" }
  leavable: { url: "${weir.upstreamUrl}", caller_may_abort: true }
  nobody: { url: "http://127.0.0.1:1/v1" }
models:
  - { match: "nobody-*", upstream: nobody }
  - { match: "leavable;*", upstream: leavable }
  - { match: "*", upstream: simulated }`,
    );
    gateway = await weir.startGateway({ ...SETTINGS, WEIR_CONFIG: config });
  });

  afterAll(async () => {
    await weir.close();
    await rm(directory, { recursive: true });
  });

  describe('ok', () => {
    test('a client that hangs up at [DONE] had it all', async () => {
      const { answer, row } = await streamed('gpt-4o;tokens=5,input=11', 'data: [DONE]');
      expect(answer.ended).toBe('left');
      expect(row).toMatchObject({
        ...ALL,
        terminal_seen: true,
        finish_reason: 'stop',
        model: 'gpt-4o',
        input_tokens: 11,
        output_tokens: 5,
        total_tokens: 16,
        usage_source: 'reported',
        drained: false,
      });
      expect(row['frames_delivered']).toBe(row['frames']);
      expect(Number(row['cost'])).toBeGreaterThan(0);
    });

    test('a stream that ends after its finish reason without [DONE] is complete', async () => {
      const { answer, row } = await streamed('sim:end=no-done');
      expect(answer).toMatchObject({ ended: 'complete' });
      expect(answer.text).not.toContain('error');
      expect(row).toMatchObject({ ...ALL, terminal_seen: false, finish_reason: 'stop', usage_source: 'reported' });
    });

    test('a provider that never closes after [DONE] is not waited for', async () => {
      const { answer, row } = await streamed('sim:end=done-hang');
      expect(answer).toMatchObject({ ended: 'complete' });
      expect(answer.text).toMatch(/data: \[DONE\]\n\n$/);
      expect(row).toMatchObject({ ...ALL, terminal_seen: true });
    });

    test.each(['finish', 'after-choices', 'null-after', 'each', 'early', 'groq', 'choice'])(
      'usage=%s is read',
      async (usage) => {
        const { row } = await streamed(`sim:tokens=4,input=9,cached=3,usage=${usage}`);
        expect(row).toMatchObject({ ...ALL, input_tokens: 9, cached_input_tokens: 3, usage_source: 'reported' });
        expect(row['output_tokens']).toBe(4);
      },
    );

    test('an answer that is no stream', async () => {
      const { answer, row } = await asked('gpt-4o;tokens=5,input=11');
      expect(JSON.parse(answer.text)).toMatchObject({ model: 'gpt-4o', usage: { total_tokens: 16 } });
      expect(row).toMatchObject({ ...ALL, streamed: false, total_tokens: 16, frames: 1, frames_delivered: 1 });
    });
  });

  describe('aborted', () => {
    test('a client that leaves between two frames: upstream is read to its end', async () => {
      const { row } = await streamed('sim:tokens=100,every=10,input=7', '\n\n');
      expect(row).toMatchObject({
        status: 'aborted',
        reason: 'client_disconnected',
        http_status: 200,
        drained: true,
        terminal_seen: true,
        usage_source: 'reported',
        output_tokens: 100,
      });
      expect(Number(row['frames_delivered'])).toBeLessThan(Number(row['frames']));
      expect(Number(row['client_ms'])).toBeLessThan(Number(row['duration_ms']));
    });

    test('a client that leaves inside a frame', async () => {
      const { row } = await streamed('sim:tokens=3,size=50000,every=300', 5000);
      expect(row).toMatchObject({ status: 'aborted', reason: 'client_disconnected', usage_source: 'reported' });
    });

    test('a client that leaves before the headers was sent 499', async () => {
      const { row } = await leftEarly('sim:headers=300,tokens=3', true);
      expect(row).toMatchObject({
        status: 'aborted',
        reason: 'client_disconnected',
        http_status: 499,
        upstream_status: 200,
        output_tokens: 3,
        drained: true,
        frames_delivered: 0,
      });
    });

    test('a client that leaves while an answer that is no stream is awaited', async () => {
      const { row } = await leftEarly('sim:headers=300,tokens=3', false);
      expect(row).toMatchObject({
        status: 'aborted',
        reason: 'client_disconnected',
        http_status: 499,
        output_tokens: 3,
      });
    });

    test('a client that takes nothing more is treated as gone, and upstream is read to its end', async () => {
      const socket = sendRaw(request('sim:tokens=3000,size=20000,every=0'));
      const id = await new Promise<string>((resolve) => {
        socket.once('data', (bytes) => {
          socket.pause();
          resolve(idIn(bytes.toString()));
        });
      });
      const row = await weir.rows.of(id);
      expect(row).toMatchObject({
        status: 'aborted',
        reason: 'client_stalled',
        drained: true,
        output_tokens: 3000,
        usage_source: 'reported',
      });
      expect(Number(row['bytes_delivered'])).toBeLessThan(Number(row['bytes']));
      socket.destroy();
    });

    test('a drain that takes too long is cut', async () => {
      const hasty = await weir.startGateway({ DRAIN_TIMEOUT_MS: '300' });
      const answer = await askRaw(to(hasty, request('sim:tokens=1000,every=50,usage=each')), 'chunk');
      const row = await weir.rows.of(idIn(answer.head));
      expect(row).toMatchObject({ status: 'aborted', reason: 'drain_timeout', drained: true, usage_source: 'partial' });
      expect(row['terminal_seen']).toBe(false);
    });

    test('a caller that wants no drain, and may want none, gets none', async () => {
      const { row } = await streamed('leavable;tokens=1000,every=50', '\n\n', ABORT);
      expect(row).toMatchObject({ status: 'aborted', reason: 'drain_refused', drained: false, usage_source: 'none' });
      expect(row['cost']).toBeNull();
    });

    test('a caller that may not want it is refused, and nobody is asked', async () => {
      const answer = await askRaw(to(gateway, request('sim:tokens=1', false, ABORT)));
      expect(answer.head).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer.text).toContain('`x-weir-on-disconnect: abort` is not allowed here');
      const id = idIn(answer.head);
      const drained = await streamed('sim:tokens=3', 'data: [DONE]', 'x-weir-on-disconnect: drain\r\n');
      expect(drained.row).toMatchObject({ status: 'ok' });
      expect((await weir.rows.all()).map((row) => row['id'])).not.toContain(id);
    });

    test.each([
      ['off, even where ON_DISCONNECT is abort,', 400, { ON_DISCONNECT: 'abort' }],
      ['on', 200, { CALLER_MAY_ABORT: 'on' }],
    ])('a caller that wants it, with CALLER_MAY_ABORT %s gets %d', async (_setting, status, env) => {
      const other = await weir.startGateway(env);
      const answer = await askRaw(to(other, request('sim:tokens=1', false, ABORT)));
      expect(answer.head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    });

    test('beyond MAX_DRAINS upstream is cut', async () => {
      const narrow = await weir.startGateway({ MAX_DRAINS: '1' });
      const slow = to(narrow, request('sim:tokens=40,every=25'));
      const [first, second] = await Promise.all([askRaw(slow, '\n\n'), askRaw(slow, '\n\n')]);
      const rows = [await weir.rows.of(idIn(first.head)), await weir.rows.of(idIn(second.head))];
      expect(rows.map((row) => row['reason']).sort()).toEqual(['client_disconnected', 'drain_refused']);
    });
  });

  describe('error', () => {
    test('usage that was never reported is unknown, not zero', async () => {
      const { answer, row } = await streamed('gpt-4o;usage=never');
      expect(answer.text).toMatch(/data: \[DONE\]\n\n$/);
      expect(row).toMatchObject({
        status: 'error',
        reason: 'usage_missing',
        usage_source: 'none',
        cost: null,
        usage: null,
      });
    });

    test('an answer that is no stream and forgets its usage', async () => {
      const { row } = await asked('gpt-4o;usage=never');
      expect(row).toMatchObject({ status: 'error', reason: 'usage_missing', http_status: 200, cost: null });
    });

    test.each(['no-finish', 'cut'])('end=%s: the client is told in band, at a frame boundary', async (end) => {
      const { answer, row } = await streamed(`sim:tokens=3,end=${end}`);
      const frames = framesOf(answer);
      expect(frames.slice(0, -1).every((frame) => 'choices' in frame)).toBe(true);
      expect(frames.at(-1)).toMatchObject({ error: { code: 'stream_incomplete', type: 'server_error' } });
      expect(answer.text).not.toContain('[DONE]');
      expect(row).toMatchObject({
        status: 'error',
        reason: 'stream_incomplete',
        http_status: 200,
        terminal_seen: false,
      });
    });

    test.each(['error', 'error-event', 'error-hang'])(
      'end=%s: a client that hangs up at the error frame',
      async (end) => {
        const { answer, row } = await streamed(`sim:tokens=3,end=${end}`, '"error":');
        expect(answer.ended).toBe('left');
        expect(row).toMatchObject({
          status: 'error',
          reason: 'upstream_error',
          http_status: 200,
          usage_source: 'none',
        });
      },
    );

    test.each([true, false])('an error envelope in a 200 (asked for a stream: %s)', async (stream) => {
      const { answer, row } = await asked('sim:end=error-200', stream);
      expect(JSON.parse(answer.text)).toHaveProperty('error');
      expect(row).toMatchObject({ status: 'error', reason: 'upstream_error', http_status: 200, upstream_status: 200 });
    });

    test.each([429, 500])('the provider answers %d: its own words are passed on', async (status) => {
      const { answer, row } = await streamed(`sim:status=${status}`);
      expect(answer.head).toContain(`HTTP/1.1 ${status} `);
      expect(/retry-after/i.test(answer.head)).toBe(status === 429);
      expect(JSON.parse(answer.text)).toHaveProperty('error.message');
      expect(row).toMatchObject({
        status: 'error',
        reason: 'upstream_status',
        http_status: status,
        upstream_status: status,
      });
    });

    test('nobody is there', async () => {
      const { answer, row } = await streamed('nobody-home');
      expect(answer.head).toContain('HTTP/1.1 502 ');
      expect(JSON.parse(answer.text)).toMatchObject({ error: { code: 'upstream_unreachable' } });
      expect(row).toMatchObject({
        reason: 'upstream_unreachable',
        http_status: 502,
        upstream_status: null,
        upstream: 'nobody',
      });
    });

    test('the provider hangs up before it answers', async () => {
      const { answer, row } = await streamed('sim:end=hangup');
      expect(answer.head).toContain('HTTP/1.1 502 ');
      expect(row).toMatchObject({ status: 'error', reason: 'upstream_reset', http_status: 502, upstream_status: null });
    });

    test('the connection breaks in mid-stream: what was reported so far is kept', async () => {
      const { answer, row } = await streamed('gpt-4o;tokens=4,every=20,usage=each,end=reset');
      expect(framesOf(answer).at(-1)).toMatchObject({ error: { code: 'upstream_reset' } });
      expect(row).toMatchObject({
        status: 'error',
        reason: 'upstream_reset',
        usage_source: 'partial',
        output_tokens: 4,
      });
      expect(Number(row['cost'])).toBeGreaterThan(0);
    });

    test.each(['reset', 'cut'])('an answer that is no stream breaks (end=%s): 502, and nothing of it', async (end) => {
      const { answer, row } = await asked(`sim:end=${end}`);
      expect(answer.head).toContain('HTTP/1.1 502 ');
      expect(JSON.parse(answer.text)).toMatchObject({ error: { code: 'upstream_reset' } });
      expect(row).toMatchObject({ status: 'error', reason: 'upstream_reset', http_status: 502, upstream_status: 200 });
    });

    test('no headers in time', async () => {
      const { answer, row } = await streamed('sim:end=no-headers');
      expect(answer.head).toContain('HTTP/1.1 504 ');
      expect(row).toMatchObject({
        status: 'error',
        reason: 'headers_timeout',
        http_status: 504,
        upstream_status: null,
      });
    });

    test('silence in mid-stream', async () => {
      const { answer, row } = await streamed('sim:tokens=2,end=silent');
      expect(framesOf(answer).at(-1)).toMatchObject({ error: { code: 'idle_timeout' } });
      expect(row).toMatchObject({ status: 'error', reason: 'idle_timeout', http_status: 200 });
    });

    test('silence in an answer that is no stream', async () => {
      const { answer, row } = await asked('sim:end=silent');
      expect(answer.head).toContain('HTTP/1.1 504 ');
      expect(row).toMatchObject({ status: 'error', reason: 'idle_timeout', http_status: 504, upstream_status: 200 });
    });

    test('a frame that is too large', async () => {
      const { answer, row } = await streamed('sim:tokens=2,huge-frame=100000');
      expect(framesOf(answer).at(-1)).toMatchObject({ error: { code: 'upstream_protocol' } });
      expect(row).toMatchObject({ status: 'error', reason: 'upstream_protocol', http_status: 200 });
    });

    test('HTML that calls itself a stream', async () => {
      const { answer, row } = await streamed('sim:end=garbage');
      expect(framesOf(answer)).toMatchObject([{ error: { code: 'upstream_protocol' } }]);
      expect(row).toMatchObject({ status: 'error', reason: 'upstream_protocol', frames: 0 });
    });

    test('HTML that calls itself JSON is handed on as it came', async () => {
      const { answer, row } = await asked('sim:end=garbage');
      expect(answer.head).toContain('HTTP/1.1 200 ');
      expect(answer.text).toContain('<html>');
      expect(row).toMatchObject({
        status: 'error',
        reason: 'upstream_protocol',
        http_status: 200,
        upstream_status: 200,
      });
    });

    test('the gateway is told to stop, and time runs out: the client is told in band', async () => {
      const leaving = await weir.startGateway({ SHUTDOWN_TIMEOUT_MS: '300' });
      const long = to(leaving, request('sim:tokens=1000,every=20'));
      const socket = sendRaw(long);
      const chunks: Buffer[] = [];
      socket.on('data', (bytes) => chunks.push(bytes));
      await once(socket, 'data');
      leaving.process.signal('SIGTERM');
      await once(socket, 'close');
      const text = Buffer.concat(chunks).toString();
      expect(text).toContain('"code":"gateway_shutdown"');
      expect(text).not.toContain('[DONE]');
      expect(await weir.rows.of(idIn(text))).toMatchObject({
        status: 'error',
        reason: 'gateway_shutdown',
        http_status: 200,
      });
      expect((await leaving.process.ended).code).toBe(0);
    });
  });

  test('a hundred at once, half of them leaving: one right row each', async () => {
    const patient = await weir.startGateway(); // with no limit on time that a busy machine could reach
    const ask = (n: number) =>
      askRaw(
        to(patient, request(`gpt-4o;tokens=${n % 2 === 0 ? 150 : 10 + n},every=10,input=${n + 1}`)),
        n % 2 === 0 ? '\n\n' : undefined,
      );
    const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => ask(n)));
    const rows = await Promise.all(answers.map((answer) => weir.rows.of(idIn(answer.head))));
    rows.forEach((row, n) => {
      const ended = n % 2 === 0 ? { status: 'aborted', reason: 'client_disconnected' } : { status: 'ok', reason: null };
      expect(row).toMatchObject({
        ...ended,
        input_tokens: n + 1,
        output_tokens: n % 2 === 0 ? 150 : 10 + n,
        usage_source: 'reported',
      });
    });
    expect(new Set(rows.map((row) => row['id'])).size).toBe(100);
  });

  test('in the end there is a row for each request that the provider was asked, and none else', async () => {
    const asked = (await (await fetch(new URL('/sim/requests', weir.upstreamUrl))).json()) as {
      id: string;
      model: string;
    }[];
    const rows = (await weir.rows.all()).filter((row) => row['upstream'] !== 'nobody');
    expect(rows).toHaveLength(asked.length);
    expect(rows.map((row) => row['model_requested']).sort()).toEqual(asked.map(({ model }) => model).sort());
  });

  function request(model: string, stream = true, headers = '') {
    const messages = [{ role: 'user', content: 'What does a weir do?' }];
    return { url: new URL('/v1/chat/completions', gateway.url), body: { model, stream, messages }, headers };
  }

  async function streamed(model: string, leaveAt?: string | number, headers?: string) {
    const answer = await askRaw(request(model, true, headers), leaveAt === '\n\n' ? '"content":"' : leaveAt);
    return { answer, row: await weir.rows.of(idIn(answer.head)) };
  }

  async function asked(model: string, stream = false) {
    const answer = await askRaw(request(model, stream));
    return { answer, row: await weir.rows.of(idIn(answer.head)) };
  }

  /** Leaves as soon as upstream was asked. */
  async function leftEarly(model: string, stream: boolean) {
    const chatId = `early-${stream}`;
    const listening = await weir.startGateway({ LOG_LEVEL: 'debug' });
    const early = to(listening, request(model, stream, `x-weir-chat-id: ${chatId}\r\n`));
    const socket = sendRaw(early);
    const opened = await listening.process.logged('exchange.opened');
    socket.destroy();
    const row = await weir.rows.of(String(opened['request_id']));
    expect(row['chat_id']).toBe(chatId);
    return { row };
  }
});

const to = ({ url }: Gateway, request: RawRequest): RawRequest => ({
  ...request,
  url: new URL('/v1/chat/completions', url),
});

const idIn = (head: string): string => /x-weir-request-id: ([\w-]+)/.exec(head)?.[1] as string;

const framesOf = ({ text }: RawAnswer): Record<string, unknown>[] =>
  [...text.matchAll(/^data: (\{.*\})$/gm)].map(([, json]) => JSON.parse(json as string));
