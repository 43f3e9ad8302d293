// One request's life, as a recipe: parse, admit, route, open, then relay, which asks upstream and goes on in the
// background whatever becomes of the client.
import type { Opening } from '@weir/ledger/opening';
import type { Request, RequestHandler, Response } from 'express';
import type { Endpoint } from '../endpoints.ts';
import { WeirError } from '../errors.ts';
import { untilSure } from '../half-closed.ts';
import type { ReceivedBody } from '../read-body.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { Call } from './call.ts';
import { Client } from './deliver.ts';
import { Exchange, type ExchangeParts } from './exchange.ts';
import type { Gateway } from './gateway.ts';
import { openingOf } from './opening.ts';
import { OutgoingBody } from './outgoing-body.ts';
import { parse } from './parse.ts';
import { relay } from './relay.ts';

export function createRoute(gateway: Gateway, endpoint: Endpoint): RequestHandler {
  return async function relayRequest(req: Request, res: Response): Promise<void> {
    const id = String(res.getHeader('x-weir-request-id'));
    const { body: received, lease } = req.body as ReceivedBody;
    const { call, bytes } = parse({ id, headers: req.headers, url: req.originalUrl, body: received }, endpoint);
    const body = new OutgoingBody(bytes, lease);
    // Nobody comes after this: neither is kept for as long as the stream lasts.
    Object.assign(req, { body: undefined, next: undefined });
    const upstream = upstreamFor(call, gateway);
    if (res.destroyed) return; // it left while its body was read: nobody was asked, and there is nobody to tell
    // A pipelined request has no socket before its turn: its client's leaving and stalling could not be told.
    if (res.socket === null) throw new WeirError('invalid_request', { detail: 'Requests must not be pipelined.' });
    const opening = await open(call, upstream, gateway);
    await untilSure(res);
    if (res.destroyed || gateway.closed.aborted) return turnBack(opening, res, gateway);
    const exchange = beginExchange({ call, body, upstream, opening }, gateway);
    const client = new Client(res, {
      stallMs: gateway.options.clientStallMs,
      keepaliveMs: gateway.options.keepaliveMs,
      onDeparture: (departure) => exchange.depart(departure),
    });
    logOpening(call, upstream, gateway);
    const relaying = gateway.inFlight.track(exchange, client, relay(exchange, client, gateway.stages));
    relaying
      .finally(() => gateway.streams.leave())
      .catch((error) => {
        gateway.log.error({ request_id: id, error }, 'exchange.lost');
        res.destroy();
      });
  };
}

/** From here on the request has a row, however it ends, even if this gateway does not live to see it. */
async function open(call: Call, upstream: Upstream, gateway: Gateway): Promise<Opening> {
  if (gateway.closed.aborted) throw new WeirError('gateway_shutdown');
  if (!gateway.streams.enter()) throw new WeirError('too_many_streams');
  const priceOverride = gateway.directory.priceFor(call.ask.model, upstream);
  const opening = openingOf(call, { gateway: gateway.name, upstream, priceOverride });
  try {
    await gateway.outbox.open(opening);
  } catch (error) {
    gateway.streams.leave();
    throw error;
  }
  return opening;
}

/** The client, or this gateway's time, was gone before upstream was asked: there is to be no row. */
async function turnBack(opening: Opening, res: Response, gateway: Gateway): Promise<void> {
  await gateway.outbox.withdraw(opening);
  gateway.streams.leave();
  if (!res.destroyed) throw new WeirError('gateway_shutdown');
}

/** Admitted before it is routed: who may not ask is not told which models there are. */
function upstreamFor(call: Call, { directory, admission }: Gateway): Upstream {
  const upstream = directory.upstreamFor(call.ask.model) ?? (call.ask.replay ? directory.upstreams[0] : undefined);
  admission.admit(call.credential, upstream ?? directory.strictest);
  if (upstream === undefined) throw new WeirError('model_not_found');
  return upstream;
}

type Begun = Pick<ExchangeParts, 'call' | 'body' | 'upstream' | 'opening'>;

function beginExchange({ call, body, upstream, opening }: Begun, { drains, metrics, options }: Gateway): Exchange {
  const { stripUsageFrame, trailingMetadata, channelLimits } = options;
  return new Exchange({
    call,
    body,
    upstream,
    opening,
    stripUsage: stripUsageFrame === 'always' || (stripUsageFrame === 'unrequested' && !call.ask.usageRequested),
    trailing: call.wishes.trailing ?? trailingMetadata,
    channelLimits,
    drains,
    onGap: metrics.gap,
  });
}

function logOpening({ id, endpoint, ask }: Call, upstream: Upstream, { log }: Gateway): void {
  if (!log.isLevelEnabled('debug')) return;
  const opening = { request_id: id, endpoint, upstream: upstream.name, streamed: ask.streamed };
  log.debug(opening, 'exchange.opened');
  if (ask.usageOverruled) log.debug({ request_id: id }, 'usage.overruled'); // the caller said include_usage: false
}
