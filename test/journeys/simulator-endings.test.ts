// Every ending of the simulator, streamed and not, byte by byte.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Ended } from '../support/raw-http.ts';
import { type Chunks, chunksOf, DONE } from './simulator-chunks.ts';
import { type Simulator, startSimulator } from './simulator-client.ts';

const HTML = '<!doctype html><html><head><title>Bad Gateway</title></head><body>Bad Gateway</body></html>\n';

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator();
});

beforeEach(async () => {
  await simulator.forgetRequests();
});

afterAll(() => simulator.stop());

describe('a stream ends', () => {
  const spoken = (chunk: Chunks) => chunk.opening + chunk.token('A') + chunk.token(' weir');
  const finished = (chunk: Chunks) => spoken(chunk) + chunk.finish;
  const error =
    'data: {"error":{"message":"The simulator was told to fail here.","type":"server_error","param":null,"code":null}}\n\n';
  const errorEvent =
    'event: error\ndata: {"error":{"message":"The simulator was told to fail here.","type":"invalid_request_error","code":"tool_use_failed","status_code":400}}\n\n';

  test.each<[end: string, body: (chunk: Chunks) => string, connection: Ended]>([
    ['done', (chunk) => finished(chunk) + DONE, 'complete'],
    ['no-done', finished, 'complete'],
    ['no-finish', spoken, 'complete'],
    ['cut', (chunk) => spoken(chunk) + half(chunk.token(' (堰)')), 'complete'],
    ['reset', spoken, 'reset'],
    ['error', (chunk) => spoken(chunk) + error, 'complete'],
    ['error-event', (chunk) => spoken(chunk) + errorEvent, 'complete'],
  ])('%s', async (end, body, connection) => {
    const answer = await simulator.ask(`sim:tokens=2,end=${end}`);
    expect(answer.head).toContain('content-type: text/event-stream');
    expect(answer.text).toBe(body(chunksOf(answer)));
    expect(answer.ended).toBe(connection);
    expect(await simulator.requestThatEnded()).toMatchObject({ sawClose: false, sentBytes: answer.body.length });
  });

  test.each<[end: string, body: (chunk: Chunks) => string]>([
    ['silent', spoken],
    ['error-hang', (chunk) => spoken(chunk) + error],
    ['done-hang', (chunk) => finished(chunk) + DONE],
  ])('%s: never, until the client leaves', async (end, body) => {
    const last = end === 'silent' ? '" weir"' : end === 'error-hang' ? '"error"' : '[DONE]';
    const answer = await simulator.ask(`sim:tokens=2,end=${end}`, { leaveAt: last });
    expect(answer.text).toBe(body(chunksOf(answer)));
    expect(await simulator.requestThatEnded()).toMatchObject({ sawClose: true });
  });

  test('no-headers: never, and has no beginning', async () => {
    const connection = simulator.send('sim:end=no-headers');
    await simulator.requestThatBegan();
    connection.destroy();
    expect(await simulator.requestThatEnded()).toMatchObject({ sawClose: true, sentBytes: 0 });
  });

  test('hangup: before its first byte', async () => {
    expect(await simulator.ask('sim:end=hangup')).toMatchObject({ head: '', text: '', ended: 'closed' });
  });

  test('error-200: as an error in JSON', async () => {
    const answer = await simulator.ask('sim:end=error-200');
    expect(answer.head).toMatch(/^HTTP\/1.1 200 OK\r\ncontent-type: application\/json\r\n/);
    expect(JSON.parse(answer.text)).toMatchObject({ error: { type: 'server_error' } });
  });

  test('garbage: as HTML', async () => {
    const answer = await simulator.ask('sim:end=garbage');
    expect(answer.head).toContain('content-type: text/event-stream');
    expect(answer.text).toBe(HTML);
  });

  test.each([
    [429, 'requests', 'rate_limit_exceeded'],
    [401, 'invalid_request_error', 'invalid_api_key'],
    [500, 'server_error', null],
  ])('status=%i: as an error with that status', async (status, type, code) => {
    const answer = await simulator.ask(`sim:status=${status}`);
    expect(answer.head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer.head.includes('retry-after: 1\r\n')).toBe(status === 429);
    const message = 'The simulator was told to answer so.';
    expect(JSON.parse(answer.text)).toEqual({ error: { message, type, param: null, code } });
  });

  test('with a frame of the size it was told', async () => {
    const { text } = await simulator.ask('sim:tokens=1,huge-frame=300000');
    const frames = text.split(/(?<=\n\n)/);
    expect(frames.map((frame) => frame.length).toSorted((a, b) => b - a)[0]).toBe(300_000);
    expect(frames).toHaveLength(5);
  });
});

describe('a body that is no stream', () => {
  const unstreamed = (model: string, leaveAt?: string) =>
    simulator.ask(model, { body: { stream: false }, ...(leaveAt === undefined ? {} : { leaveAt }) });

  test('says what the stream would have said, and as late', async () => {
    const began = performance.now();
    const answer = await unstreamed('sim:tokens=2,every=10,first=20,headers=20,input=9');
    expect(performance.now() - began).toBeGreaterThanOrEqual(58);
    expect(answer.head).toContain(`content-length: ${answer.body.length}\r\n`);
    expect(JSON.parse(answer.text)).toMatchObject({
      object: 'chat.completion',
      model: 'sim',
      choices: [{ message: { content: 'A weir' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 },
    });
  });

  test.each<[end: string, connection: Ended]>([
    ['cut', 'closed'],
    ['reset', 'reset'],
  ])('%s: half of its length, then the connection breaks', async (end, connection) => {
    const answer = await unstreamed(`sim:end=${end}`);
    const told = Number(/content-length: (\d+)/.exec(answer.head)?.[1]);
    expect(answer.body).toHaveLength(Math.floor(told / 2));
    expect(answer.text).toMatch(/^\{"id":"chatcmpl-sim-/);
    expect(answer.ended).toBe(connection);
  });

  test('silent: half of it, until the client leaves', async () => {
    await unstreamed('sim:end=silent', '"id"');
    expect(await simulator.requestThatEnded()).toMatchObject({ sawClose: true });
  });

  test('garbage, error-200, status and hangup are as for a stream', async () => {
    expect(await unstreamed('sim:end=garbage')).toMatchObject({ text: HTML, ended: 'complete' });
    expect(JSON.parse((await unstreamed('sim:end=error-200')).text)).toHaveProperty('error');
    expect((await unstreamed('sim:status=502,end=garbage')).head).toMatch(/^HTTP\/1.1 502 /);
    expect(await unstreamed('sim:end=hangup')).toMatchObject({ head: '', ended: 'closed' });
  });

  test('an ending of streams is refused', async () => {
    const answer = await unstreamed('sim:end=no-done');
    expect(answer.head).toMatch(/^HTTP\/1.1 400 /);
    expect(JSON.parse(answer.text).error.message).toContain('"stream": true');
  });
});

function half(frame: string): string {
  return frame.slice(0, frame.length / 2);
}
