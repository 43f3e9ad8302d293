// Answers that are hardly HTTP: interim ones that nobody asked for, and statuses that there are none.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Gateway, openWeir, type Weir } from '../support/weir.ts';
import { type BluntProvider, startBluntProvider } from './blunt-provider.ts';
import { HELD } from './held-stream.ts';

const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
const STREAM = `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: ${HELD.length}\r\n\r\n${HELD}`;

let weir: Weir;
let provider: BluntProvider;
let gateway: Gateway;

beforeAll(async () => {
  [weir, provider] = await Promise.all([openWeir('Postgres'), startBluntProvider()]);
  gateway = await weir.startGateway({ UPSTREAM_URL: provider.url });
});

afterAll(async () => {
  await provider.close();
  await weir.close();
});

describe('an unasked 100 Continue is passed over', () => {
  test.each([
    ['in a write of its own', [CONTINUE, STREAM]],
    ['in one with the answer', [CONTINUE + STREAM]],
    ['in the middle of its status', [CONTINUE.slice(0, 11), CONTINUE.slice(11) + STREAM]],
    ['several times', [CONTINUE + CONTINUE, CONTINUE + STREAM]],
  ])('%s', async (_how, pieces) => {
    for (let time = 0; time < 3; time += 1) {
      provider.answer(...pieces);
      const answer = await ask();
      expect([answer.status, await answer.text()]).toEqual([200, HELD]);
      expect(await rowOf(answer)).toMatchObject({ status: 'ok', upstream_status: 200, usage_source: 'reported' });
    }
  });
});

describe('a status outside 100 to 599 is no answer', () => {
  test.each([99, 600, 999])('%d: 502, and the row says which', async (status) => {
    const digits = String(status).padStart(3, '0');
    provider.answer(`HTTP/1.1 ${digits} Odd\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}`);
    const detail = `The provider answered ${status}, which is no status of HTTP.`;
    const answer = await ask();
    expect(answer.status).toBe(502);
    expect(await answer.json()).toMatchObject({ error: { code: 'upstream_protocol', message: detail } });
    expect(await rowOf(answer)).toMatchObject({
      status: 'error',
      reason: 'upstream_protocol',
      detail,
      http_status: 502,
      upstream_status: status,
    });
  });

  test('where nothing is metered, too', async () => {
    provider.answer('HTTP/1.1 999 Odd\r\ncontent-length: 2\r\n\r\n{}');
    const answer = await fetch(new URL('/v1/models', gateway.url));
    expect(answer.status).toBe(502);
    expect(await answer.json()).toMatchObject({ error: { code: 'upstream_protocol' } });
  });
});

test('the provider hears what a caller wrote byte for byte', async () => {
  provider.answer(STREAM);
  const sent = Buffer.from('réq').toString('latin1');
  await (await ask({ 'x-request-id': sent })).text();
  expect(provider.asked.at(-1)).toContain(`x-request-id: ${sent}\r\n`);
});

const ask = (headers: Record<string, string> = {}): Promise<Response> =>
  fetch(new URL('/v1/chat/completions', gateway.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'held', stream: true, messages: [] }),
  });

const rowOf = (answer: Response) => weir.rows.of(answer.headers.get('x-weir-request-id') ?? '');
