// One request's life, as a recipe: parse, admit, route, open, then relay, which asks upstream and goes on in the
// background whatever becomes of the client.
import type { Request, RequestHandler, Response } from 'express';
import type { Endpoint } from '../dialects/endpoint.ts';
import { WeirError } from '../errors.ts';
import { untilSure } from '../exchange/client/half-closed.ts';
import { Outlet } from '../exchange/client/outlet.ts';
import type { Departure } from '../exchange/end/outcome.ts';
import { Exchange, type ExchangeParts } from '../exchange/exchange.ts';
import { relay, type Steps } from '../exchange/relay.ts';
import type { AcceptedRequest } from '../exchange/request/accepted-request.ts';
import { takeLease } from '../exchange/request/lease.ts';
import { OutgoingBody } from '../exchange/request/outgoing-body.ts';
import { parse } from '../exchange/request/parse.ts';
import type { Gateway } from '../exchange/services.ts';
import type { Rules } from '../rules.ts';
import type { Upload } from '../upload/upload.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { dismissUnread } from './end-answer.ts';
import type { ReceivedBody } from './read-body.ts';

const ABORT_REFUSED =
  '`x-weir-on-disconnect: abort` is not allowed here, unless the operator says so (CALLER_MAY_ABORT); `drain` always is.';

export function createRoute(gateway: Gateway, endpoint: Endpoint): RequestHandler {
  return (req: Request, res: Response) => relayRequest({ req, res }, { endpoint }, gateway);
}

interface Asked {
  readonly req: Request;
  readonly res: Response;
}

interface Way {
  readonly endpoint: Endpoint;
  /** The gateway's own, unless said. */
  readonly steps?: Steps;
}

/** Resolves when upstream is asked, or the client is gone. */
export async function relayRequest({ req, res }: Asked, way: Way, gateway: Gateway): Promise<void> {
  const { endpoint, steps = gateway.steps } = way;
  const id = String(res.getHeader('x-weir-request-id'));
  const { body: received, lease: bodyLease, upload } = req.body as ReceivedBody;
  const form = upload?.upload.form;
  const { call, bytes } = parse({ id, headers: req.headers, url: req.originalUrl, body: received, form }, endpoint);
  // Nobody comes after this: neither is kept for as long as the stream lasts.
  Object.assign(req, { body: undefined, next: undefined });
  const rules = gateway.current();
  const upstream = upstreamFor(call, rules);
  refuseUnpaidAbort(call, upstream);
  if (res.destroyed) return; // it left while its body was read: nobody was asked, and there is nobody to tell
  const lease = await takeLease(call, { upstream, directory: rules.directory }, gateway);
  await untilSure(res);
  if (res.destroyed || gateway.closed.aborted) {
    await lease.withdraw(); // the client, or this gateway's time, was gone before upstream was asked
    if (res.destroyed) return;
    throw new WeirError('gateway_shutdown');
  }
  const { opening } = lease;
  const body = new OutgoingBody(upload?.upload.stream() ?? bytes, bodyLease, upload?.length);
  const outlet: Outlet = outletFor(res, gateway, (departure) => exchange.depart(departure));
  const exchange = beginExchange({ call, body, form, upstream, opening, outlet }, rules, gateway);
  logOpening(call, upstream, gateway);
  gateway.inFlight
    .track(exchange, relay(exchange, steps))
    .finally(lease.release)
    .finally(upload && (() => endUpload(req, upload.upload)))
    .catch((error) => {
      gateway.log.error({ request_id: id, error }, 'response.failed');
      res.destroy();
    });
}

/** Its provider read it, or answered before that, or was never reached. */
function endUpload(req: Request, upload: Upload): void {
  upload.end();
  dismissUnread(req);
}

/** Admitted before it is routed: who may not ask is not told which models there are. */
function upstreamFor(call: AcceptedRequest, { directory, admission }: Rules): Upstream {
  const { model, namesNoModel } = call.ask;
  const upstream = namesNoModel ? directory.upstreamOfNone : directory.upstreamFor(model);
  const { apiKey } = upstream ?? directory.mostLenient;
  admission.admit(call.presented, { apiKey, dialect: call.dialect });
  if (upstream === undefined) throw new WeirError('model_not_found');
  return upstream;
}

/** What upstream bills for an answer that is cut is in no row: that is the operator's to allow, not the caller's. */
function refuseUnpaidAbort({ requestOptions }: AcceptedRequest, { callerMayAbort }: Upstream): void {
  if (requestOptions.onDisconnect === 'abort' && !callerMayAbort)
    throw new WeirError('invalid_request', { detail: ABORT_REFUSED });
}

function outletFor(res: Response, { options }: Gateway, onDeparture: (departure: Departure) => void): Outlet {
  const { clientStallMs: stallMs, keepaliveMs, channelLimits } = options;
  return new Outlet(res, { stallMs, keepaliveMs, channelLimits, onDeparture });
}

type ExchangeOptions = Pick<ExchangeParts, 'call' | 'body' | 'form' | 'upstream' | 'opening' | 'outlet'>;

function beginExchange(
  { call, ...begun }: ExchangeOptions,
  { directory, admission }: Rules,
  gateway: Gateway,
): Exchange {
  const { drains, metrics, options } = gateway;
  const { stripUsageFrame, trailingMetadata } = options;
  return new Exchange({
    call,
    ...begun,
    admission,
    stripUsage: stripUsageFrame === 'always' || (stripUsageFrame === 'unrequested' && !call.ask.usageRequested),
    trailing: call.requestOptions.trailing ?? trailingMetadata,
    priceFor: (model) => directory.priceFor(model, begun.upstream),
    drains,
    onGap: metrics.gap,
  });
}

function logOpening({ id, endpoint, ask }: AcceptedRequest, upstream: Upstream, { log }: Gateway): void {
  if (!log.isLevelEnabled('debug')) return;
  const opening = { request_id: id, endpoint, upstream: upstream.name, streamed: ask.streamed };
  log.debug(opening, 'exchange.opened');
  if (ask.usageOverruled) log.debug({ request_id: id }, 'usage.overruled'); // the caller said include_usage: false
}
