// Against a real server: what becomes of an answer that refuses a key, and of a packing that nobody knows.
import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { send } from './send.ts';
import { createUpstream, type Upstream } from './upstream.ts';

const WORDS = '{"error":"Incorrect API key provided: sk-of-ours"}';

let status = 200;
let headers: Record<string, string> = {};
let server: Server;
let refusals: number[];
let upstreams: Upstream[];

beforeEach(async () => {
  refusals = [];
  upstreams = [];
  headers = {};
  server = createServer((_req, res) => void res.writeHead(status, headers).end(WORDS));
  await once(server.listen(0, '127.0.0.1'), 'listening');
});

afterEach(async () => {
  await Promise.all(upstreams.map(({ connections }) => connections.giveUp()));
  await new Promise((resolve) => server.close(resolve));
});

describe.each([401, 403])('a provider that answers %d', (code) => {
  test("to the gateway's own key is not repeated, but told of", async () => {
    status = code;
    await expect(ask('sk-of-ours')).rejects.toMatchObject({
      code: 'upstream_credential',
      message: `The provider answered ${code} to the gateway's own key.`,
    });
    expect(refusals).toEqual([code]);
  });

  test("to the caller's is handed on", async () => {
    status = code;
    expect(await ask()).toMatchObject({ status: code, text: WORDS });
    expect(refusals).toEqual([]);
  });
});

test.each([200, 400, 402, 404, 407, 429, 500])(
  "what else it answers to the gateway's own key is handed on: %d",
  async (code) => {
    status = code;
    expect(await ask('sk-of-ours')).toMatchObject({ status: code, text: WORDS });
    expect(refusals).toEqual([]);
  },
);

test.each(['utf-8', 'gzip, gzip, gzip'])(
  'a packing that is not undone here stays with its body: %s',
  async (packing) => {
    status = 200;
    headers = { 'content-encoding': packing };
    expect(await ask()).toMatchObject({ text: WORDS, headers: { 'content-encoding': packing } });
  },
);

async function ask(apiKey?: string) {
  const upstream = createUpstream(
    {
      name: 'u',
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
      apiKey,
      pricedAs: null,
      onDisconnect: 'drain',
      callerMayAbort: false,
      connectTimeoutMs: 5000,
      headersTimeoutMs: 5000,
      idleTimeoutMs: 5000,
      drainTimeoutMs: 5000,
    },
    { onKeyRefused: (refused) => void refusals.push(refused) },
  );
  upstreams.push(upstream);
  const { signal } = new AbortController();
  const answer = await send(upstream, { method: 'POST', path: '/x', headers: {}, body: Buffer.from('{}'), signal });
  const chunks: Buffer[] = [];
  for await (const chunk of answer.body) chunks.push(chunk);
  return { ...answer, text: Buffer.concat(chunks).toString() };
}
