// The hub with all of the gateway's own parts from upstream's bytes to the outbox, and no socket at either end: what a provider
// sends and when, what a client takes and when it leaves, is for the test to say.
import { Buffer } from 'node:buffer';
import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { expect } from '@jest/globals';
import type { Log } from '@weir/infra/log';
import type { Completion } from '@weir/ledger/completion';
import { Registry } from 'prom-client';
import { createAdmission } from '../src/admission/admission.ts';
import { Turns } from '../src/body/turns.ts';
import type { Endpoint } from '../src/dialects/endpoint.ts';
import { openAiChat } from '../src/dialects/openai/openai-chat.ts';
import { RequestBody } from '../src/dialects/request-body.ts';
import { WeirError } from '../src/errors.ts';
import type { ChannelLimits } from '../src/exchange/client/channel.ts';
import { Outlet } from '../src/exchange/client/outlet.ts';
import { createSettle } from '../src/exchange/end/settle.ts';
import { Exchange, type ExchangeParts } from '../src/exchange/exchange.ts';
import { InFlight } from '../src/exchange/in-flight.ts';
import { relay } from '../src/exchange/relay.ts';
import { openingOf } from '../src/exchange/request/opening.ts';
import { OutgoingBody } from '../src/exchange/request/outgoing-body.ts';
import { parse } from '../src/exchange/request/parse.ts';
import { Semaphore } from '../src/exchange/semaphore.ts';
import { createGatewayMetrics, type Now } from '../src/metrics.ts';
import type { Answer } from '../src/upstream/send.ts';
import type { Upstream } from '../src/upstream/upstream.ts';

const CHAT: Endpoint = {
  method: 'POST',
  path: '/v1/chat/completions',
  name: '/v1/chat/completions',
  dialect: openAiChat,
};

export const USAGE = '"usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11}';
export const text = (content: string): string =>
  `data: {"id":"c","model":"m-1","choices":[{"index":0,"delta":{"content":"${content}"}}]}\n\n`;
export const FINISH = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n';
export const USED = `data: {"choices":[],${USAGE}}\n\n`;
export const DONE = 'data: [DONE]\n\n';
export const GOOD = text('ä') + FINISH + USED + DONE;
export const BROKE =
  'data: {"error":{"message":"The connection to the provider broke.","type":"server_error","param":null,"code":"upstream_reset"}}\n\n';
export const INCOMPLETE = BROKE.replace(
  'The connection to the provider broke.',
  'The provider ended its answer before it was complete.',
).replace('upstream_reset', 'stream_incomplete');

/** The client's side of a socket: it keeps what it is told, and takes it when it may. */
class FakeResponse extends EventEmitter {
  statusCode = 0;
  headersSent = false;
  headers: Record<string, unknown> = {};
  body = '';
  ended = false;
  writableFinished = false;
  takes = true;

  writeHead(status: number, headers: object): void {
    this.statusCode = status;
    this.headersSent = true;
    Object.assign(this.headers, headers);
  }
  flushHeaders(): void {}
  setTimeout(): void {}
  destroy(): void {}
  write(bytes: Buffer): boolean {
    this.body += bytes;
    return this.takes;
  }
  end(bytes: Buffer): void {
    this.body += bytes;
    this.ended = true;
    this.writableFinished = true;
  }
}

export type Piece = string | Buffer | Error;

export interface Scene {
  readonly pieces?: readonly Piece[];
  /** In place of pieces: what upstream sends, and when. */
  readonly body?: (exchange: Exchange) => AsyncIterable<Buffer>;
  readonly answer?: Partial<Answer>;
  readonly cannotOpen?: Error;
  readonly parts?: Partial<ExchangeParts>;
  readonly channelLimits?: ChannelLimits;
  readonly headers?: Record<string, string>;
  readonly maxFrameBytes?: number;
  readonly maxBodyBytes?: number;
  readonly takes?: boolean;
}

/** One exchange on its way: no socket, but all of the gateway's own parts from upstream's bytes to the outbox. */
export function begin(scene: Scene) {
  const response = new FakeResponse();
  response.takes = scene.takes ?? true;
  const completions: Completion[] = [];
  const bodiesWhenDurable: string[] = [];
  const outlet: Outlet = new Outlet(response as unknown as ServerResponse, {
    stallMs: 1000,
    keepaliveMs: 0,
    channelLimits: scene.channelLimits ?? { maxChunks: 32, maxBytes: 1_000_000 },
    onDeparture: (departure) => exchange.depart(departure),
  });
  const exchange = createExchange(scene, outlet);
  const settle = createSettle({
    log: { debug() {}, info() {}, error() {} } as unknown as Log,
    metrics: createGatewayMetrics(new Registry(), {} as Now),
    outbox: {
      async close(compose) {
        const completion = compose();
        await turns(2); // as long as this takes, the client must not see its end
        bodiesWhenDurable.push(response.body);
        completions.push(completion);
        return completion;
      },
    },
  });
  const open = async (): Promise<Answer> => {
    if (scene.cannotOpen !== undefined) throw scene.cannotOpen;
    const body = (scene.body ?? (() => sending(scene.pieces ?? [])))(exchange);
    return {
      status: 200,
      headers: { 'content-type': 'text/event-stream' },
      contentType: 'text/event-stream',
      body,
      ...scene.answer,
    };
  };
  const inFlight = new InFlight();
  const steps = {
    open,
    settle,
    maxFrameBytes: scene.maxFrameBytes ?? 10_000,
    maxBodyBytes: scene.maxBodyBytes ?? 10_000,
    turns: new Turns(),
  };
  const done = inFlight.track(exchange, relay(exchange, steps));
  return { exchange, response, completions, bodiesWhenDurable, inFlight, done };
}

function createExchange({ parts, headers = {} }: Scene, outlet: Outlet): Exchange {
  const received = {
    id: '0199d1e2-0000-7000-8000-000000000001',
    headers,
    url: '/v1/chat/completions',
    body: RequestBody.of(Buffer.from('{"model":"m","stream":true}')),
  };
  const { call } = parse(received, CHAT);
  const upstream = { name: 'default', pricedAs: null, onDisconnect: 'drain', drainTimeoutMs: 60_000 } as Upstream;
  const priceOverride = { input: '1', output: '2' };
  return new Exchange({
    call,
    body: new OutgoingBody(null, { release: () => {} }),
    upstream,
    admission: createAdmission([]),
    opening: openingOf(call, { gateway: 'gateway-1', upstream, priceOverride }),
    stripUsage: false,
    trailing: false,
    outlet,
    priceFor: () => null,
    drains: new Semaphore(10),
    onGap: () => {},
    ...parts,
  });
}

export async function* sending(pieces: readonly Piece[]): AsyncGenerator<Buffer> {
  for (const piece of pieces) {
    if (piece instanceof Error) throw piece;
    yield Buffer.from(piece as string);
  }
}

/** Sends this, then keeps the connection open until it is aborted. */
export const sendingThenSilent = (...pieces: string[]) =>
  async function* body(exchange: Exchange): AsyncGenerator<Buffer> {
    yield* sending(pieces);
    await new Promise((resolve) => exchange.attempt.signal.addEventListener('abort', resolve));
    throw new WeirError('upstream_reset');
  };

export async function run(scene: Scene) {
  const { done, response, completions, bodiesWhenDurable } = begin(scene);
  await done;
  expect(completions).toHaveLength(1);
  return { completion: completions[0] as Completion, response, sent: response.body, sentBefore: bodiesWhenDurable[0] };
}

export const stream = (...pieces: Piece[]) => run({ pieces });
export const turns = async (count = 20): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** The data of each frame of a stream. */
export function dataOf(sent: string): string[] {
  const frames = sent.split('\n\n').filter((frame) => frame.startsWith('data: '));
  return frames.map((frame) => frame.slice('data: '.length));
}
