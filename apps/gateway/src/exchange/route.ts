// One request's life, as a recipe: parse, admit, route, then relay, which opens upstream and goes on in the background
// whatever becomes of the client.
import type { Request, RequestHandler, Response } from 'express';
import type { Endpoint } from '../endpoints.ts';
import { WeirError } from '../errors.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { Call } from './call.ts';
import { Client } from './deliver.ts';
import { Exchange } from './exchange.ts';
import type { Gateway } from './gateway.ts';
import { parse } from './parse.ts';
import { relay } from './relay.ts';

export function createRoute(gateway: Gateway, endpoint: Endpoint): RequestHandler {
  return function relayRequest(req: Request, res: Response) {
    const id = String(res.getHeader('x-weir-request-id'));
    const call = parse({ id, headers: req.headers, url: req.originalUrl, body: req.body }, endpoint);
    const upstream = upstreamFor(call, gateway);
    if (res.destroyed) return; // it left while its body was read: nobody was asked, and there is nobody to tell
    if (gateway.stopping.aborted) throw new WeirError('gateway_shutdown');
    // A pipelined request has no socket before its turn: its client's leaving and stalling could not be told.
    if (res.socket === null) throw new WeirError('invalid_request', { detail: 'Requests must not be pipelined.' });
    const exchange = beginExchange(call, upstream, gateway);
    const client = new Client(res, {
      stallMs: gateway.options.clientStallMs,
      onDeparture: (departure) => exchange.depart(departure),
    });
    logOpening(call, upstream, gateway);
    gateway.inFlight.track(exchange, client, relay(exchange, client, gateway.stages)).catch((error) => {
      gateway.log.error({ request_id: id, error }, 'exchange.lost');
      res.destroy();
    });
  };
}

/** Admitted before it is routed: who may not ask is not told which models there are. */
function upstreamFor(call: Call, { directory, admission }: Gateway): Upstream {
  const upstream = directory.upstreamFor(call.ask.model) ?? (call.ask.replay ? directory.upstreams[0] : undefined);
  admission.admit(call.credential, upstream ?? directory.strictest);
  if (upstream === undefined) throw new WeirError('model_not_found');
  return upstream;
}

function beginExchange(call: Call, upstream: Upstream, { directory, drains, options }: Gateway): Exchange {
  const { stripUsageFrame, trailingMetadata, channelLimits } = options;
  return new Exchange({
    call,
    upstream,
    priceOverride: directory.priceFor(call.ask.model, upstream),
    stripUsage: stripUsageFrame === 'always' || (stripUsageFrame === 'unrequested' && !call.ask.usageRequested),
    trailing: call.wishes.trailing ?? trailingMetadata,
    channelLimits,
    drains,
  });
}

function logOpening({ id, endpoint, ask }: Call, upstream: Upstream, { log }: Gateway): void {
  if (!log.isLevelEnabled('debug')) return;
  const opening = { request_id: id, endpoint, upstream: upstream.name, streamed: ask.streamed };
  log.debug(opening, 'exchange.opened');
  if (ask.usageOverruled) log.debug({ request_id: id }, 'usage.overruled'); // the caller said include_usage: false
}
