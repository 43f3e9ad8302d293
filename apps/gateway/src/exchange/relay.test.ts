import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { Completion } from '@weir/ledger/completion';
import {
  BROKE,
  begin,
  DONE,
  dataOf,
  FINISH,
  GOOD,
  INCOMPLETE,
  type Piece,
  run,
  type Scene,
  sending,
  sendingThenSilent,
  stream,
  text,
  turns,
  USAGE,
  USED,
} from '../../testing/relay-scene.ts';
import { WeirError } from '../errors.ts';
import type { Answer } from '../upstream/send.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { Exchange } from './exchange.ts';
import { Semaphore } from './semaphore.ts';

const UPSTREAM = { name: 'default', pricedAs: null, onDisconnect: 'drain', drainTimeoutMs: 60_000 } as Upstream;

describe('a good stream', () => {
  test('goes out byte for byte, and is ok', async () => {
    const { completion, response, sent } = await stream(`: hi\n\n${GOOD}`);
    expect(sent).toBe(`: hi\n\n${GOOD}`);
    expect(response).toMatchObject({ statusCode: 200, ended: true });
    expect(completion).toMatchObject({
      status: 'ok',
      reason: null,
      usageSource: 'reported',
      totalTokens: 11,
      frames: 5,
      framesDelivered: 5,
      bytes: Buffer.byteLength(sent),
      bytesDelivered: Buffer.byteLength(sent),
    });
  });

  test.each(['\n', '\r\n', '\r'])('is the same wherever it is cut, where its lines end in %j', async (eol) => {
    const bytes = Buffer.from(GOOD.replaceAll('\n', eol));
    const { completion, sent } = await stream(...Array.from(bytes.keys(), (at) => bytes.subarray(at, at + 1)));
    expect(sent).toBe(String(bytes));
    expect(completion).toMatchObject({ status: 'ok', totalTokens: 11, frames: 4, framesDelivered: 4 });
  });

  test('does not end for its client before its completion is durable', async () => {
    const { sentBefore, sent } = await stream(GOOD);
    expect(sentBefore).toBe(GOOD.slice(0, -DONE.length));
    expect(sent).toBe(GOOD);
  });

  test.each(['', '\n', '\r\n\r\n', ': bye\n', ': bye\n\n'])(
    'may end without a terminal frame, and with %j',
    async (last) => {
      const { completion, sent } = await stream(text('a') + USED + FINISH + last);
      expect(completion).toMatchObject({ status: 'ok', terminalSeen: false, usageSource: 'reported' });
      expect(sent).toBe(text('a') + USED + FINISH + last);
    },
  );

  test.each([DONE.trim(), `${DONE.trim()}\n`, `${DONE}\n`, `${DONE}: bye\n\n`, `${DONE}${USED}`])(
    'may end with %j',
    async (last) => {
      const { completion, sent } = await stream(text('a') + USED + FINISH + last);
      expect(sent).toBe(text('a') + USED + FINISH + last);
      expect(completion).toMatchObject({ status: 'ok', terminalSeen: true, bytesDelivered: completion.bytes });
      expect(completion.framesDelivered).toBe(completion.frames);
    },
  );

  test('costs nothing when its connection breaks after the terminal frame', async () => {
    const { completion, sent } = await stream(GOOD, new WeirError('upstream_reset'));
    expect(sent).toBe(GOOD);
    expect(completion).toMatchObject({ status: 'ok', usageSource: 'reported' });
  });

  test('without usage is missing it', async () => {
    const { completion, sent } = await stream(text('a') + FINISH + DONE);
    expect(sent).toBe(text('a') + FINISH + DONE);
    expect(completion).toMatchObject({ status: 'error', reason: 'usage_missing', usageSource: 'none' });
  });
});

describe('a stream that breaks', () => {
  test('is told so in band, at the boundary of a frame', async () => {
    const { completion, sent } = await stream(text('a') + FINISH.slice(0, 30), new WeirError('upstream_reset'));
    expect(sent).toBe(text('a') + BROKE);
    expect(completion).toMatchObject({ status: 'error', reason: 'upstream_reset', usageSource: 'none', frames: 1 });
  });

  test('keeps the usage that it had said', async () => {
    const { completion } = await stream(USED + text('a'), new WeirError('idle_timeout'));
    expect(completion).toMatchObject({ reason: 'idle_timeout', usageSource: 'partial', totalTokens: 11 });
  });

  test('by ending with neither a terminal frame nor a finish reason is incomplete', async () => {
    const { completion, sent } = await stream(text('a'));
    expect(sent).toBe(text('a') + INCOMPLETE);
    expect(completion).toMatchObject({ reason: 'stream_incomplete' });
  });

  test.each([10, 20, 60, USED.length - 3])('by ending inside a frame, %d bytes of it, is incomplete', async (bytes) => {
    const { completion, sent } = await stream(text('a') + FINISH + USED.slice(0, bytes));
    expect(sent).toBe(text('a') + FINISH + INCOMPLETE);
    expect(completion).toMatchObject({ reason: 'stream_incomplete', framesDelivered: 2 });
  });

  test('behind a frame that lacks but its blank line is told so in a frame of its own', async () => {
    const { sent } = await stream(text('a') + text('b').trimEnd());
    expect(dataOf(sent)).toEqual([text('a'), text('b'), INCOMPLETE].flatMap(dataOf));
  });

  test('by a frame over the limit loses nothing that came whole before it, though it came in the same read', async () => {
    const { completion, sent } = await run({ pieces: [text('a') + USED + 'x'.repeat(500)], maxFrameBytes: 400 });
    expect(dataOf(sent).slice(0, 2)).toEqual(dataOf(text('a') + USED));
    expect(completion).toMatchObject({ reason: 'upstream_protocol', usageSource: 'partial', totalTokens: 11 });
  });

  test('because of us says that it was us, and nothing else', async () => {
    const { completion, sent } = await stream(text('a'), new TypeError('secret'));
    expect(completion).toMatchObject({ reason: 'internal' });
    expect(sent + JSON.stringify(completion)).not.toContain('secret');
  });

  test('because it is none is refused', async () => {
    const { completion, sent } = await stream('<html>\n\n</html>');
    expect(completion).toMatchObject({ reason: 'upstream_protocol' });
    expect(sent).not.toContain('html');
  });
});

describe('a stream under another label', () => {
  test.each(['', 'text/plain', 'application/octet-stream', 'application/json', 'text/html'])(
    'is one all the same: %j',
    async (contentType) => {
      const headers: Record<string, string> = contentType === '' ? {} : { 'content-type': contentType };
      for (const pieces of [[GOOD], [...GOOD].map((byte) => byte), ['\n', ` x\n\n${GOOD}`]]) {
        const { completion, response, sent, sentBefore } = await run({ pieces, answer: { headers, contentType } });
        expect(sent).toBe(pieces.join(''));
        expect(sentBefore).toBe(sent.slice(0, -DONE.length));
        expect(response.headers['content-type']).toBe(contentType === '' ? undefined : contentType);
        expect(completion).toMatchObject({ status: 'ok', totalTokens: 11 });
      }
    },
  );

  test('breaks off as any other: it is told so in band', async () => {
    const answer = { headers: {}, contentType: 'text/plain' };
    const { completion, sent } = await run({ pieces: [text('a'), new WeirError('upstream_reset')], answer });
    expect(sent).toBe(text('a') + BROKE);
    expect(completion).toMatchObject({ reason: 'upstream_reset', httpStatus: 200 });
  });
});

describe("a stream's label on what is none", () => {
  const BODY = `{\n"id":"c","model":"m-1","choices":[{"index":0,"message":{"content":"a"},"finish_reason":"stop"}],${USAGE}}`;

  test.each([' data: a\n\n', '\n', 'hello\n\n', 'hello\n', '{"a":1}\n\n', 'error: {}\n\n', '\n\n x \n'])(
    'what the standard ignores before the first event passes: %j',
    async (first) => {
      for (const pieces of [[first + GOOD], [...(first + GOOD)]]) {
        const { completion, sent } = await stream(...pieces);
        expect(sent).toBe(first + GOOD);
        expect(completion).toMatchObject({ status: 'ok', totalTokens: 11 });
      }
    },
  );

  test.each([
    'no',
    'Bad gateway',
    'Error: no',
    'no\n\n',
    'a\n\nb',
    ': hi\n\nno',
    ' data: a',
    '"no"',
    '{"id":',
    '[]',
    '{"a":1}\n\n',
  ])('what cannot be read passes as it came: %j', async (body) => {
    for (const parts of [{}, { trailing: true }]) {
      const { completion, response, sent } = await run({ pieces: [...body], parts });
      expect([response.statusCode, sent]).toEqual([200, body]);
      expect(completion).toMatchObject({ reason: 'upstream_protocol', httpStatus: 200, bytesDelivered: body.length });
    }
  });

  test.each([BODY, `${BODY}\n\n`])(
    'a whole answer is read as one, and held until its completion is durable',
    async (body) => {
      for (const parts of [{}, { trailing: true }]) {
        const { completion, sent, sentBefore } = await run({ pieces: [body.slice(0, 9), body.slice(9)], parts });
        expect([sentBefore, sent]).toEqual(['', body]);
        expect(completion).toMatchObject({ status: 'ok', totalTokens: 11, model: 'm-1', framesDelivered: 1 });
      }
    },
  );

  test('so is an error', async () => {
    const { completion, sent } = await stream('{"error":{"message":"no"}}');
    expect(sent).toBe('{"error":{"message":"no"}}');
    expect(completion).toMatchObject({ reason: 'upstream_error', httpStatus: 200 });
  });

  test.each(['', ': hi\n\n', '\n\n', 'data: {"id":"c', 'x\n\ndata: {"id":"c', 'd'])(
    'what breaks off before its first event is incomplete, and is told so: %j',
    async (body) => {
      const { completion, sent } = await stream(body);
      expect(sent).toMatch(/"code":"stream_incomplete"/);
      expect(completion).toMatchObject({ reason: 'stream_incomplete' });
    },
  );

  test.each(['<html>\n\n</html>', '\n <!doctype html>', '\uFEFF<html>'])('HTML is cut: %j', async (body) => {
    const { completion, sent } = await stream(body);
    expect(sent).not.toContain('html');
    expect(dataOf(sent)[0]).toContain('upstream_protocol');
    expect(completion).toMatchObject({ reason: 'upstream_protocol', frames: 0 });
  });
});

describe("the provider's own error", () => {
  const ERROR = 'data: {"error":{"message":"overloaded"}}\n\n';

  test.each<[string, Piece[]]>([
    ['and the end', []],
    ['and a terminal frame', [DONE]],
    ['and a connection that breaks', [new WeirError('upstream_reset')]],
  ])('%s is handed on, and not said again', async (_name, after) => {
    const { completion, sent, sentBefore } = await stream(text('a') + ERROR, ...after);
    expect(sentBefore).toBe(text('a'));
    expect(sent).toBe(text('a') + ERROR + after.filter((piece) => typeof piece === 'string').join(''));
    expect(completion).toMatchObject({ status: 'error', reason: 'upstream_error' });
  });

  test('is metered where it carries usage', async () => {
    const { completion } = await stream(`data: {"error":{"code":400},"choices":[],${USAGE}}\n\n${DONE}`);
    expect(completion).toMatchObject({ reason: 'upstream_error', usageSource: 'reported', totalTokens: 11 });
  });
});

describe('a client that leaves', () => {
  const leaving = (more: Scene = {}) =>
    begin({
      ...more,
      body: async function* body(exchange) {
        yield Buffer.from(text('a'));
        await turns();
        leave();
        yield* exchange.attempt.signal.aborted
          ? sending([new WeirError('upstream_reset')])
          : sending([FINISH + USED + DONE]);
      },
    });
  let leave = (): void => {};

  async function left(more: Scene = {}) {
    const begun = leaving(more);
    leave = () => void begun.response.emit('close');
    await begun.done;
    return { ...begun, completion: begun.completions[0] as Completion };
  }

  test('does not keep upstream from being read on and metered', async () => {
    const { completion, response } = await left();
    expect(response).toMatchObject({ body: text('a'), ended: false });
    expect(completion).toMatchObject({
      status: 'aborted',
      reason: 'client_disconnected',
      usageSource: 'reported',
      totalTokens: 11,
      drained: true,
      frames: 4,
      framesDelivered: 1,
      httpStatus: 200,
    });
  });

  test.each<[string, Scene]>([
    ['it said so', { headers: { 'x-weir-on-disconnect': 'abort' } }],
    ['too many are read on already', { parts: { drains: new Semaphore(0) } }],
  ])('ends upstream too where %s', async (_name, more) => {
    const { completion } = await left(more);
    expect(completion).toMatchObject({
      status: 'aborted',
      reason: 'drain_refused',
      usageSource: 'none',
      drained: false,
    });
  });

  test('is read on for no longer than the limit', async () => {
    const upstream = { name: 'default', pricedAs: null, onDisconnect: 'drain', drainTimeoutMs: 1 } as Upstream;
    const { response, completions, done } = begin({ body: sendingThenSilent(text('a')), parts: { upstream } });
    await turns();
    response.emit('close');
    await done;
    expect(completions).toMatchObject([{ status: 'aborted', reason: 'drain_timeout', drained: true }]);
  });

  test('before it was told anything is told nothing', async () => {
    const { response, completions, done } = begin({ cannotOpen: new WeirError('headers_timeout') });
    response.emit('close');
    await done;
    expect(response).toMatchObject({ headersSent: false, body: '', ended: false });
    expect(completions).toMatchObject([{ reason: 'client_disconnected', httpStatus: 499, framesDelivered: 0 }]);
  });

  test('after its end was released has left nothing behind', async () => {
    const { response, completions, done } = begin({ pieces: [GOOD] });
    await done;
    response.emit('close');
    expect(completions).toMatchObject([{ status: 'ok', reason: null }]);
  });

  test('or takes nothing for too long is as good as gone', async () => {
    const { response, completions, done } = begin({ pieces: [text('a'), FINISH + USED + DONE], takes: false });
    await turns();
    response.emit('timeout');
    await done;
    expect(response.body).toBe(text('a'));
    expect(completions).toMatchObject([
      { status: 'aborted', reason: 'client_stalled', totalTokens: 11, framesDelivered: 0 },
    ]);
  });

  test('gives its place among the drains back', async () => {
    const drains = new Semaphore(1);
    await left({ parts: { drains } });
    expect(drains.open).toBe(0);
  });
});

describe('a gateway that stops', () => {
  test('tells a client whose stream it cuts', async () => {
    const { inFlight, done, response, completions } = begin({ body: sendingThenSilent(text('a')) });
    await turns();
    inFlight.cut();
    await done;
    expect(response.body).toBe(
      text('a') +
        BROKE.replace('The connection to the provider broke.', 'The gateway is shutting down.').replace(
          'upstream_reset',
          'gateway_shutdown',
        ),
    );
    expect(completions).toMatchObject([{ status: 'error', reason: 'gateway_shutdown' }]);
  });

  test('lets nothing follow a terminal frame', async () => {
    const { inFlight, done, response } = begin({ body: sendingThenSilent(GOOD) });
    await turns();
    inFlight.cut();
    await done;
    expect(response.body).toBe(GOOD);
  });

  test('does not hand the terminal frame to a client that lacks what came before it', async () => {
    const { inFlight, done, response } = begin({ pieces: [text('a'), text('b'), FINISH + USED + DONE], takes: false });
    await turns();
    inFlight.cut();
    await done;
    expect(response.body).not.toContain(FINISH);
    expect(response.body).not.toContain('[DONE]');
    expect(response.body).toContain('gateway_shutdown');
  });
});

describe('a provider that keeps its connection open after its terminal frame', () => {
  afterEach(() => void jest.useRealTimers());

  test('is waited for half a second, and then no more', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance', 'Date'] });
    const { done, response, completions } = begin({ body: sendingThenSilent(GOOD) });
    await turns();
    await jest.advanceTimersByTimeAsync(499);
    expect(completions).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    await done;
    expect(response.body).toBe(GOOD);
    expect(completions).toMatchObject([{ status: 'ok', usageSource: 'reported' }]);
  });

  /** Piece by piece, so long after each other; from the outside it looks as if the connection stayed open for ever. */
  const paced = (everyMs: number, pieces: Iterable<string>) =>
    async function* body({ attempt: { signal } }: Exchange): AsyncGenerator<Buffer> {
      for (const piece of pieces) {
        yield Buffer.from(piece);
        const pause = new Promise((resolve) => setTimeout(resolve, everyMs));
        await Promise.race([pause, new Promise((resolve) => signal.addEventListener('abort', resolve))]);
        if (signal.aborted) throw new WeirError('upstream_reset');
      }
    };

  async function after(ms: number, scene: Scene) {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'Date'] });
    const begun = begin(scene);
    for (let passed = 0; passed < ms && begun.completions.length === 0; passed += 100) {
      await turns(4);
      await jest.advanceTimersByTimeAsync(100);
    }
    jest.runOnlyPendingTimers();
    await begun.done;
    return { sent: begun.response.body, completion: begun.completions[0] };
  }

  const error = 'data: {"error":{"message":"overloaded"}}\n\n';

  test('is waited for as long as it goes on behind an error', async () => {
    const pieces = [error, ': ping\n\ndata: ', ...'x'.repeat(20), '\n\n', DONE];
    const { sent, completion } = await after(20_000, {
      body: paced(400, pieces),
      parts: { upstream: { ...UPSTREAM, idleTimeoutMs: 60_000 } },
    });
    expect(sent).toBe(pieces.join(''));
    expect(completion).toMatchObject({ reason: 'upstream_error' });
  });

  test('is not waited for where it says nothing but comments', async () => {
    const pings = Array<string>(20).fill(': ping\n\n');
    const { sent, completion } = await after(5000, {
      body: paced(400, [GOOD, ...pings]),
      parts: { upstream: { ...UPSTREAM, idleTimeoutMs: 60_000 } },
    });
    expect(sent.replaceAll(': ping\n\n', '')).toBe(GOOD);
    expect(sent.length).toBeLessThan(GOOD.length + 3 * 8);
    expect(completion).toMatchObject({ status: 'ok' });
  });

  test('is not waited for longer than a provider may be silent, behind an error either', async () => {
    const { sent, completion } = await after(20_000, {
      body: paced(400, [error, ...'x'.repeat(100)]),
      parts: { upstream: { ...UPSTREAM, idleTimeoutMs: 2000 } },
    });
    expect(sent).toMatch(/overloaded.*\n\nx{4,7}$/);
    expect(completion).toMatchObject({ reason: 'upstream_error' });
  });
});

describe('an answer that is no stream', () => {
  const JSON_ANSWER = {
    headers: { 'content-type': 'application/json', 'x-own': '1' },
    contentType: 'application/json',
  };
  const BODY = `\n{"id":"c","model":"m-1","choices":[{"index":0,"message":{"content":"a"},"finish_reason":"stop"}],${USAGE}}`;
  const whole = (body: string, answer: Partial<Answer> = {}, more: Scene = {}) =>
    run({ ...more, pieces: [body.slice(0, 5), body.slice(5)], answer: { ...JSON_ANSWER, ...answer } });

  test('goes out as it came once its completion is durable', async () => {
    const { completion, response, sent, sentBefore } = await whole(BODY);
    expect([sentBefore, sent]).toEqual(['', BODY]);
    expect(response).toMatchObject({
      statusCode: 200,
      headers: { 'x-own': '1', 'content-length': String(BODY.length) },
    });
    expect(completion).toMatchObject({
      status: 'ok',
      totalTokens: 11,
      frames: 1,
      framesDelivered: 1,
      bytesDelivered: BODY.length,
    });
  });

  test('carries its metadata in headers', async () => {
    const { response, sent } = await whole(BODY, {}, { parts: { trailing: true } });
    expect(sent).toBe(BODY);
    expect(response.headers).toMatchObject({ 'x-weir-input-tokens': '9', 'x-weir-cost': '0.000013', 'x-own': '1' });
  });

  test('is the same where a stream was refused', async () => {
    const { completion, response, sent } = await whole('{"error":{"message":"slow down"}}', { status: 429 });
    expect([response.statusCode, sent]).toEqual([429, '{"error":{"message":"slow down"}}']);
    expect(completion).toMatchObject({
      reason: 'upstream_status',
      detail: 'The provider answered 429.',
      httpStatus: 429,
    });
  });

  test('may be an error in a 200', async () => {
    const { completion, sent } = await whole('{"error":{"message":"no"}}');
    expect(sent).toBe('{"error":{"message":"no"}}');
    expect(completion).toMatchObject({ reason: 'upstream_error', httpStatus: 200 });
  });

  test.each(['', '<html></html>', '{"id":', '[]', '"no"', 'no\nno\n'])(
    'is handed on as it came where nothing can be read of it: %j',
    async (body) => {
      const { completion, response, sent } = await whole(body);
      expect([response.statusCode, response.headers['content-type'], sent]).toEqual([200, 'application/json', body]);
      expect(completion).toMatchObject({
        reason: 'upstream_protocol',
        httpStatus: 200,
        bytesDelivered: body.length,
        usageSource: 'none',
      });
    },
  );

  test('is refused where it is over the limit', async () => {
    const { completion, response } = await whole(BODY, {}, { maxBodyBytes: BODY.length - 1 });
    expect(response.statusCode).toBe(502);
    expect(completion).toMatchObject({ reason: 'upstream_protocol' });
  });

  test('is an error of ours where upstream cannot be reached', async () => {
    const { completion, response, sent } = await run({ cannotOpen: new WeirError('upstream_unreachable') });
    expect(response).toMatchObject({ statusCode: 502, headers: { 'content-type': 'application/json' } });
    expect(JSON.parse(sent)).toMatchObject({ error: { code: 'upstream_unreachable' } });
    expect(completion).toMatchObject({
      reason: 'upstream_unreachable',
      httpStatus: 502,
      upstreamStatus: null,
      frames: 0,
    });
  });
});

describe('trailing metadata', () => {
  const trailing = (...pieces: Piece[]) => run({ pieces, parts: { trailing: true } });
  const weirOf = (frame: string): string =>
    frame.replace(/"duration_ms":\d+/, '"duration_ms":0').replace(/"ttft_ms":\d+/, '"ttft_ms":0');
  const WEIR =
    '{"request_id":"0199d1e2-0000-7000-8000-000000000001","status":"ok","input_tokens":9,"output_tokens":2,"cost":"0.000013","currency":"USD","ttft_ms":0,"duration_ms":0}';

  test('rides in the usage frame', async () => {
    const { completion, sent } = await trailing(GOOD);
    expect(weirOf(sent)).toBe(text('ä') + FINISH + USED.replace(/}\n\n$/, `,"weir":${WEIR}}\n\n`) + DONE);
    expect(completion).toMatchObject({ framesDelivered: 4, bytesDelivered: Buffer.byteLength(GOOD) });
  });

  test('is a frame of its own where the last frame lacks its blank line', async () => {
    const { sent } = await trailing(USED + text('a') + FINISH.trimEnd());
    expect(dataOf(sent)).toEqual(dataOf(USED + text('a') + FINISH));
    expect(sent).toMatch(/\n\n: weir \{.*\}\n\n$/);
  });

  test('survives a provider that says much between its usage and its end', async () => {
    const pings = Array.from({ length: 40 }, () => `: ${'x'.repeat(9000)}\n\n`);
    const { completion, sent } = await trailing(text('a') + FINISH + USED, ...pings, DONE);
    expect(sent.replace(/: weir .*\n\n/, '')).toBe(text('a') + FINISH + USED + pings.join('') + DONE);
    expect(completion).toMatchObject({ status: 'ok', terminalSeen: true });
  });
});

test('usage that is kept from the client is metered all the same', async () => {
  const { completion, sent } = await run({ pieces: [GOOD], parts: { stripUsage: true } });
  expect(sent).toBe(text('ä') + FINISH + DONE);
  expect(completion).toMatchObject({ status: 'ok', totalTokens: 11, frames: 4, framesDelivered: 3 });
});

test('a provider that goes on after its terminal frame does not fill memory', async () => {
  const junk = Array.from({ length: 100 }, () => `: ${'x'.repeat(9000)}\n\n`);
  const { completion, sent } = await stream(GOOD, ...junk);
  expect(sent.startsWith(GOOD)).toBe(true);
  expect(sent.length).toBeLessThan(300_000);
  expect(completion).toMatchObject({ status: 'ok' });
});
