// One answer through the hub, with no socket at either end: what the client would have got, and what is kept of it. For
// tests that relay the same answer thousands of times.
import { Buffer } from 'node:buffer';
import type { Completion } from '@weir/ledger/completion';
import { createAdmission } from '../src/admission/admission.ts';
import { Turns } from '../src/body/turns.ts';
import { RequestBody } from '../src/dialects/request-body.ts';
import type { Meter } from '../src/exchange/attempt/meter.ts';
import type { Chunk } from '../src/exchange/client/channel.ts';
import type { Outlet } from '../src/exchange/client/outlet.ts';
import { completionOf } from '../src/exchange/end/completion.ts';
import { Exchange } from '../src/exchange/exchange.ts';
import { relay } from '../src/exchange/relay.ts';
import type { AcceptedRequest } from '../src/exchange/request/accepted-request.ts';
import { openingOf } from '../src/exchange/request/opening.ts';
import { OutgoingBody } from '../src/exchange/request/outgoing-body.ts';
import { parse } from '../src/exchange/request/parse.ts';
import { Semaphore } from '../src/exchange/semaphore.ts';
import type { Upstream } from '../src/upstream/upstream.ts';
import { SAMPLES, type Sample } from './apis.ts';

export interface Script {
  /** The dialect's name. */
  readonly api: string;
  readonly kind: keyof typeof CONTENT_TYPES;
  /** What upstream sends, read by read. */
  readonly pieces: readonly Buffer[];
  readonly maxFrameBytes?: number;
}

export interface RelayedInMemory {
  /** The provider's bytes that reached the client, with no error frame of our own behind them. */
  readonly out: Buffer;
  /** Those that were let through. */
  readonly frames: readonly Buffer[];
  /** Save the times. */
  readonly completion: Omit<Completion, 'startedAt' | 'finishedAt' | `${string}Ms`>;
  readonly contentSeen: boolean;
}

export const CONTENT_TYPES = {
  sse: 'text/event-stream; charset=utf-8',
  array: 'application/json; charset=utf-8',
  body: 'application/json',
};

export async function relayInMemory({
  api,
  kind,
  pieces,
  maxFrameBytes = 1_000_000,
}: Script): Promise<RelayedInMemory> {
  const outlet = new WillingOutlet();
  const exchange = exchangeOf(callOf(api, kind !== 'body'), outlet as unknown as Outlet);
  const frames = framesSeenBy(exchange.attempt.meter);
  await relay(exchange, {
    open: async () => ({ status: 200, headers: {}, contentType: CONTENT_TYPES[kind], body: sending(pieces) }),
    settle: async ({ attempt }) =>
      void outlet.took.push(attempt.bufferedAnswer?.body ?? attempt.holdback.release(null, null)),
    maxFrameBytes,
    maxBodyBytes: maxFrameBytes,
    turns: new Turns(),
  });
  return { out: Buffer.concat(outlet.took), frames, ...kept(exchange) };
}

export function callOf(api: string, streamed: boolean): AcceptedRequest {
  const { dialect, url } = SAMPLES[api] as Sample;
  const body = RequestBody.of(Buffer.from(JSON.stringify({ model: 'm', stream: streamed })));
  const received = { id: '', headers: {}, url: url(streamed), body };
  return parse(received, { method: 'POST', path: '', name: '', dialect }).call;
}

function exchangeOf(call: AcceptedRequest, outlet: Outlet): Exchange {
  const upstream = { name: '', pricedAs: null, headersTimeoutMs: 60_000, idleTimeoutMs: 60_000 } as Upstream;
  return new Exchange({
    call,
    body: new OutgoingBody(null, { release: () => {} }),
    upstream,
    admission: createAdmission([]),
    opening: openingOf(call, { gateway: 'gateway', upstream, priceOverride: null }),
    outlet,
    stripUsage: false,
    trailing: false,
    priceFor: () => null,
    drains: new Semaphore(0),
    onGap: () => {},
  });
}

/** Those that it is shown from now on. */
function framesSeenBy(meter: Meter): Buffer[] {
  const seen: Buffer[] = [];
  const see = meter.see.bind(meter);
  meter.see = (frame) => {
    seen.push(frame);
    return see(frame);
  };
  return seen;
}

/** To a client that takes everything at once, and never leaves. */
class WillingOutlet {
  readonly took: Buffer[] = [];

  begin(): void {}
  close(): void {}
  async deliver(): Promise<void> {}

  put({ bytes }: Chunk): undefined {
    this.took.push(bytes);
  }
}

async function* sending(pieces: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* pieces;
}

function kept(exchange: Exchange) {
  const told = { httpStatus: 200, framesDelivered: 0, bytesDelivered: 0 };
  const { startedAt, finishedAt, headersMs, ttftMs, clientMs, durationMs, ...completion } = completionOf(
    exchange,
    told,
  );
  return { completion, contentSeen: ttftMs !== null };
}
