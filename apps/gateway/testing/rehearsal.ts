// One answer through the hub, with no socket at either end: what the client would have got, and what is kept of it. For
// tests that relay the same answer thousands of times.
import { Buffer } from 'node:buffer';
import type { Completion } from '@weir/ledger/completion';
import { RequestBody } from '../src/dialects/request-body.ts';
import type { Call } from '../src/exchange/call.ts';
import type { Channel } from '../src/exchange/channel.ts';
import type { Client } from '../src/exchange/deliver.ts';
import { Exchange } from '../src/exchange/exchange.ts';
import { openingOf } from '../src/exchange/opening.ts';
import { OutgoingBody } from '../src/exchange/outgoing-body.ts';
import { parse } from '../src/exchange/parse.ts';
import { Places } from '../src/exchange/places.ts';
import { relay } from '../src/exchange/relay.ts';
import { settledCompletion } from '../src/exchange/settled.ts';
import { Turns } from '../src/turns.ts';
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

export interface Rehearsal {
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

export async function rehearse({ api, kind, pieces, maxFrameBytes = 1_000_000 }: Script): Promise<Rehearsal> {
  const exchange = new RehearsedExchange(callOf(api, kind !== 'body'));
  const client = new WillingClient();
  await relay(exchange, client as unknown as Client, {
    open: async () => ({ status: 200, headers: {}, contentType: CONTENT_TYPES[kind], body: sending(pieces) }),
    settle: async () => void client.took.push(exchange.whole?.body ?? exchange.holdback.release(null, null)),
    maxFrameBytes,
    maxBodyBytes: maxFrameBytes,
    turns: new Turns(),
  });
  return { out: Buffer.concat(client.took), frames: exchange.seen, ...kept(exchange) };
}

export function callOf(api: string, streamed: boolean): Call {
  const { dialect, url } = SAMPLES[api] as Sample;
  const body = RequestBody.of(Buffer.from(JSON.stringify({ model: 'm', stream: streamed })));
  const received = { id: '', headers: {}, url: url(streamed), body };
  return parse(received, { method: 'POST', path: '', name: '', dialect }).call;
}

class RehearsedExchange extends Exchange {
  readonly seen: Buffer[] = [];

  constructor(call: Call) {
    const upstream = { name: '', pricedAs: null, headersTimeoutMs: 60_000, idleTimeoutMs: 60_000 } as Upstream;
    super({
      call,
      body: new OutgoingBody(null, { release: () => {} }),
      upstream,
      opening: openingOf(call, { gateway: 'gateway', upstream, priceOverride: null }),
      stripUsage: false,
      trailing: false,
      channelLimits: { maxChunks: 32, maxBytes: 1_000_000 },
      drains: new Places(0),
      onGap: () => {},
    });
  }

  override see(frame: Buffer) {
    const sight = super.see(frame);
    this.seen.push(frame);
    return sight;
  }
}

/** Takes everything at once, and never leaves. */
class WillingClient {
  readonly took: Buffer[] = [];

  begin(): void {}

  keepAlive(): void {}

  async deliver(channel: Channel): Promise<void> {
    for await (const { bytes } of channel) this.took.push(bytes);
  }
}

async function* sending(pieces: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* pieces;
}

function kept(exchange: Exchange) {
  const told = { httpStatus: 200, framesDelivered: 0, bytesDelivered: 0 };
  const { startedAt, finishedAt, headersMs, ttftMs, clientMs, durationMs, ...completion } = settledCompletion(
    exchange,
    told,
  );
  return { completion, contentSeen: ttftMs !== null };
}
