// Asks the exchange's upstream: with the gateway's own key where it pays, with the caller's credential where it does not.
import type { IncomingHttpHeaders } from 'node:http';
import type { Admission } from '../../admission/admission.ts';
import { wordsIn } from '../../admission/presented.ts';
import type { Dialect } from '../../dialects/dialect.ts';
import { withoutUrlKeys } from '../../dialects/url-key.ts';
import { CREDENTIAL_HEADERS, upstreamHeaders } from '../../upstream/headers.ts';
import { type Answer, send } from '../../upstream/send.ts';
import type { Upstream } from '../../upstream/upstream.ts';
import type { Exchange } from '../exchange.ts';

export async function sendRequest(exchange: Exchange): Promise<Answer> {
  const { call, body, upstream, admission } = exchange.parts;
  const payer = { upstream, admission };
  exchange.timings.start();
  const answer = await send(upstream, {
    method: call.method,
    path: pathFor(call.path, call.dialect, payer),
    headers: upstreamHeaders(call.headers, credentialsFor(call.dialect, call.headers, payer)),
    body: call.method === 'GET' ? null : body.bytes,
    signal: exchange.attempt.signal,
    onStatus: (status) => exchange.attempt.begin(status),
  });
  body.letGo();
  return answer;
}

// No credential has as many; and each costs a comparison with every key.
const MOST_WORDS = 16;

interface Payer {
  readonly upstream: Upstream;
  readonly admission: Admission;
}

/** The path, without a key that is not for this upstream. */
export function pathFor(path: string, { urlCredential }: Dialect, { upstream, admission }: Payer): string {
  const replaced = upstream.apiKey !== undefined && urlCredential !== undefined;
  return withoutUrlKeys(path, (key) => replaced || admission.isGatewayKey(key));
}

/** A key of the gateway's own is for the gateway alone, whoever pays, and wherever it stands. */
export function credentialsFor(
  dialect: Dialect,
  headers: IncomingHttpHeaders,
  { upstream, admission }: Payer,
): { drop: readonly string[]; add: Record<string, string> } {
  if (upstream.apiKey !== undefined) return { drop: CREDENTIAL_HEADERS, add: dialect.credentials(upstream.apiKey) };
  const drop = admission.demandsKeys ? CREDENTIAL_HEADERS.filter((name) => mayHoldKey(wordsIn(headers, name))) : [];
  return { drop, add: {} };

  function mayHoldKey(words: readonly string[]): boolean {
    return words.length > MOST_WORDS || words.some(admission.isGatewayKey);
  }
}
