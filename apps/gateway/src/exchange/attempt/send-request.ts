// Asks the exchange's upstream, and waits until it begins to answer.
import { type Answer, send } from '../../upstream/send.ts';
import type { Exchange } from '../exchange.ts';
import type { OutgoingBody } from '../request/outgoing-body.ts';
import { headersFor, pathFor } from './outgoing-headers.ts';

export async function sendRequest(exchange: Exchange): Promise<Answer> {
  const { call, body, upstream, admission } = exchange.parts;
  const payer = { upstream, admission };
  const payload = payloadOf(call.method, body);
  exchange.timings.start();
  const answer = await send(upstream, {
    method: call.method,
    path: pathFor(call.path, call.dialect, payer),
    headers: {
      ...headersFor(call.headers, call.dialect, payer),
      ...(payload !== null && body.length && { 'content-length': body.length }),
    },
    body: payload,
    signal: exchange.attempt.signal,
    onStatus: (status) => exchange.attempt.begin(status),
  });
  body.letGo();
  return answer;
}

/** A request without a body has none, and not an empty one. No API reads one with a GET, unless it takes it for a POST. */
function payloadOf(method: string, { payload }: OutgoingBody): OutgoingBody['payload'] {
  return Buffer.isBuffer(payload) && (payload.length === 0 || method === 'GET') ? null : payload;
}
