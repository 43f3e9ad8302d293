// How long an exchange waits for whom, and how much it keeps: where a client is slow, and where a provider says nothing.
import { Buffer } from 'node:buffer';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { relayInMemory } from '../../testing/rehearsal.ts';
import { begin, DONE, FINISH, GOOD, run, stream, text, turns, USAGE, USED } from '../../testing/relay-scene.ts';
import { WeirError } from '../errors.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { Exchange } from './exchange.ts';
import { Semaphore } from './semaphore.ts';

const PING = ': ping\n\n';
const HEADERS_MS = 5000;
const IDLE_MS = 1000;

const upstream = {
  name: 'default',
  pricedAs: null,
  onDisconnect: 'drain',
  drainTimeoutMs: 60_000,
  headersTimeoutMs: HEADERS_MS,
  idleTimeoutMs: IDLE_MS,
} as Upstream;

let clock: number;

beforeEach(() => {
  clock = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => clock);
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance', 'Date'] });
});
afterEach(() => {
  const left = jest.getTimerCount();
  jest.useRealTimers();
  jest.restoreAllMocks();
  expect(left).toBe(0); // of an exchange that is over
});

/** Each piece so long after the one before. */
async function* spaced(pieces: readonly (readonly [ms: number, piece: string])[]): AsyncGenerator<Buffer> {
  for (const [ms, piece] of pieces) {
    clock += ms;
    yield Buffer.from(piece);
  }
}

describe('a client that is slow', () => {
  test('slows its provider: no more is read than the channel holds', async () => {
    let read = 0;
    async function* body(): AsyncGenerator<Buffer> {
      for (const piece of [...Array<string>(100).fill(text('a')), FINISH + USED + DONE]) {
        read += 1;
        yield Buffer.from(piece);
      }
    }
    const channelLimits = { maxChunks: 3, maxBytes: 1_000_000 };
    const { done, response, completions } = begin({ body, channelLimits, takes: false });
    await turns(200);
    expect(read).toBeLessThanOrEqual(5);
    response.takes = true;
    response.emit('drain');
    await done;
    expect(response.body).toBe(text('a').repeat(100) + FINISH + USED + DONE);
    expect(completions).toMatchObject([{ status: 'ok', frames: 103, framesDelivered: 103 }]);
  });

  test('may take longer than its provider may be silent', async () => {
    const pieces = [text('a'), text('b'), PING, GOOD].map((piece) => [0, piece] as const);
    const channelLimits = { maxChunks: 1, maxBytes: 1_000_000 };
    const slow = { channelLimits, parts: { upstream }, takes: false };
    const { done, response, completions } = begin({ body: () => spaced(pieces), ...slow });
    await turns();
    clock += 5 * IDLE_MS;
    response.takes = true;
    response.emit('drain');
    await done;
    expect(completions).toMatchObject([{ status: 'ok' }]);
  });

  test('that leaves when its provider has ended begins no drain', async () => {
    const drains = new Semaphore(1);
    const { exchange, response, done } = begin({ pieces: [GOOD], parts: { drains } });
    while (!exchange.attempt.isOver) await turns(1);
    await turns(1);
    response.emit('close'); // its completion is not durable yet
    await done;
    expect([exchange.drained, drains.open]).toEqual([false, 0]);
  });
});

describe('comments', () => {
  test('are no answer: they do not keep a stream alive for longer than its provider may be silent', async () => {
    const pings = Array<readonly [number, string]>(10).fill([IDLE_MS / 2, PING]);
    const { completion, sent } = await run({
      body: () => spaced([[0, text('a')], ...pings, [0, GOOD]]),
      parts: { upstream },
    });
    expect(completion).toMatchObject({ status: 'error', reason: 'idle_timeout' });
    expect(sent.split(PING)).toHaveLength(1 + 3);
  });

  test('before the first event may go on for as long as an answer may be waited for', async () => {
    const pings = Array<readonly [number, string]>(9).fill([HEADERS_MS / 10, PING]);
    const patient = await run({ body: () => spaced([...pings, [0, GOOD]]), parts: { upstream } });
    expect(patient.completion).toMatchObject({ status: 'ok', frames: 13 });
    const tooLong = await run({ body: () => spaced([...pings, ...pings, [0, GOOD]]), parts: { upstream } });
    expect(tooLong.completion).toMatchObject({ reason: 'idle_timeout' });
  });
});

describe('before its first event', () => {
  const patient = { ...upstream, headersTimeoutMs: HEADERS_MS, idleTimeoutMs: HEADERS_MS } as Upstream;
  const endless = (piece: string) => Array<readonly [number, string]>(100).fill([HEADERS_MS / 10, piece]);
  const asked = (contentType: string, pieces: readonly (readonly [number, string])[]) =>
    run({ body: () => spaced(pieces), answer: { contentType }, parts: { upstream: patient } });

  test.each([
    ['text/plain', '\n'],
    ['text/plain', 'd'],
    ['text/plain', '{'],
    ['text/plain', '['],
    ['text/event-stream', '\n'],
    ['text/event-stream', ': p\n'],
    ['text/event-stream', 'd'],
  ])('no trickle keeps an answer waiting: as %s, %j', async (contentType, piece) => {
    const { completion } = await asked(contentType, [...endless(piece), [0, GOOD]]);
    expect(completion).toMatchObject({ status: 'error', reason: 'idle_timeout' });
    expect(clock).toBeLessThanOrEqual(1.2 * HEADERS_MS);
  });

  test.each(['text/plain', 'text/event-stream'])(
    'it may trickle for as long as it may be waited for, as %s',
    async (type) => {
      const { completion, sent } = await asked(type, [...endless('\n').slice(0, 9), [0, GOOD]]);
      expect([completion, sent]).toMatchObject([{ status: 'ok' }, '\n'.repeat(9) + GOOD]);
    },
  );

  test('an answer that is no stream may take its time while it grows', async () => {
    const whole = `{"id":"c","choices":[{"finish_reason":"stop","message":{"content":"${'x'.repeat(9000)}"}}],${USAGE}}`;
    const pieces = whole.match(/.{1,300}/g)?.map((piece) => [HEADERS_MS / 10, piece] as const) ?? [];
    expect((await asked('application/json', pieces)).completion).toMatchObject({ status: 'ok' });
  });
});

describe('after its first event', () => {
  test.each(['\n', ': p\n', '\r\n'])('%j is no answer either, though it is no frame', async (piece) => {
    const pieces = Array<readonly [number, string]>(100).fill([IDLE_MS / 2, piece]);
    const { completion } = await run({
      body: () => spaced([[0, text('a')], ...pieces, [0, GOOD]]),
      parts: { upstream },
    });
    expect(completion).toMatchObject({ reason: 'idle_timeout' });
    expect(clock).toBeLessThanOrEqual(2 * IDLE_MS);
  });

  test('a frame may grow for longer than its provider may be silent', async () => {
    const pieces = [...text('a')].map((letter) => [IDLE_MS / 2, letter] as const);
    const { completion } = await run({
      body: () => spaced([[0, text('a')], ...pieces, [0, GOOD]]),
      parts: { upstream },
    });
    expect(completion).toMatchObject({ status: 'ok' });
  });
});

describe('behind the last word of a provider', () => {
  const ERROR = 'data: {"error":{"message":"overloaded"}}\n\n';
  const patient = { ...upstream, idleTimeoutMs: 300_000 } as Upstream;

  /** For how long it is waited for, in steps of 300 ms, in each of which it says this. */
  async function waitedMs(last: string, pieces: readonly string[], asked = patient): Promise<number> {
    let began = 0;
    async function* body({ attempt }: Exchange): AsyncGenerator<Buffer> {
      yield Buffer.from(text('a') + last);
      began = clock;
      for (const piece of pieces) {
        await turns();
        clock += 300;
        jest.advanceTimersByTime(300);
        if (attempt.signal.aborted) throw new WeirError('upstream_reset');
        yield Buffer.from(piece);
      }
    }
    const { completion } = await run({ body, parts: { upstream: asked } });
    expect(completion).toMatchObject(last === ERROR ? { reason: 'upstream_error' } : { status: 'ok' });
    return clock - began;
  }

  test.each(['\n', ': p\n', 'x', 'data: 1', DONE, text('b')])(
    'the end waits half a second in all: %j',
    async (piece) => {
      expect(await waitedMs(FINISH + USED + DONE, Array<string>(100).fill(piece))).toBe(600);
    },
  );

  test.each(['\n', ': p\n', ': p\n\n'])('%j says nothing, not behind an error either', async (piece) => {
    expect(await waitedMs(ERROR, Array<string>(100).fill(piece))).toBe(600);
  });

  test('a frame that grows behind an error is waited for, and its end then not put off any more', async () => {
    const grown = [...'data: [DON'];
    expect(await waitedMs(ERROR, [...grown, 'E]\n\n', ...Array<string>(100).fill('x')])).toBe(300 * 11 + 600);
  });

  test.each(['x', text('b')])(
    '%j is not waited for longer than 15 seconds, or than its provider may be silent',
    async (piece) => {
      const pieces = Array<string>(100).fill(piece);
      expect(await waitedMs(ERROR, pieces)).toBeLessThanOrEqual(15_000 + 600);
      expect(await waitedMs(ERROR, pieces)).toBeGreaterThanOrEqual(15_000);
      expect(await waitedMs(ERROR, pieces, upstream)).toBeLessThanOrEqual(IDLE_MS + 600);
    },
  );
});

describe('when it is over', () => {
  test('the row says when its client had it', async () => {
    const { completion } = await run({
      body: () =>
        spaced([
          [70, text('a')],
          [30, FINISH + USED + DONE],
        ]),
    });
    expect(completion).toMatchObject({ status: 'ok', clientMs: 100, durationMs: 100 });
  });

  test('the limit of a drain is over, too', async () => {
    async function* body(): AsyncGenerator<Buffer> {
      yield Buffer.from(text('a'));
      await turns();
      response.emit('close');
      yield Buffer.from(FINISH + USED + DONE);
    }
    const { response, done, completions } = begin({ body });
    await done;
    expect(completions).toMatchObject([{ reason: 'client_disconnected', drained: true }]);
  });

  test('a defect of ours is told, though the terminal frame had come', async () => {
    const { completion } = await stream(GOOD, new TypeError('ours'));
    expect(completion).toMatchObject({ status: 'error', reason: 'internal' });
  });

  test('an array that was never closed is incomplete', async () => {
    const chunk = {
      candidates: [{ finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1 },
    };
    const relayed = async (text: string) =>
      (await relayInMemory({ api: 'gemini', kind: 'array', pieces: [Buffer.from(text)] })).completion;
    expect(await relayed(`[${JSON.stringify(chunk)}]`)).toMatchObject({ status: 'ok' });
    expect(await relayed(`[${JSON.stringify(chunk)}`)).toMatchObject({ reason: 'stream_incomplete' });
  });
});
