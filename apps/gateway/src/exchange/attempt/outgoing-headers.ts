// What of a caller's headers and query crosses to its upstream: the gateway's own key where it pays, the caller's credential
// where it does not.
import type { IncomingHttpHeaders } from 'node:http';
import type { Admission } from '../../admission/admission.ts';
import { wordsIn } from '../../admission/presented.ts';
import type { Dialect } from '../../dialects/dialect.ts';
import { withoutParameters } from '../../dialects/query.ts';
import { isUrlKey } from '../../dialects/url-key.ts';
import { keyHeaders } from '../../upstream/auth.ts';
import { CREDENTIAL_HEADERS, type HeaderChanges, PAYER_HEADERS, upstreamHeaders } from '../../upstream/headers.ts';
import type { Upstream } from '../../upstream/upstream.ts';

// No credential has as many; and each costs a comparison with every key.
const MOST_WORDS = 16;

interface Payer {
  readonly upstream: Upstream;
  readonly admission: Admission;
}

/** The path, without a key that is not for this upstream. */
export function pathFor(path: string, { urlCredential }: Dialect, { upstream, admission }: Payer): string {
  const replaced = upstream.apiKey !== undefined && urlCredential !== undefined;
  return withoutParameters(
    path,
    (parameter) => isUrlKey(parameter) && (replaced || admission.isGatewayKey(parameter.value)),
  );
}

/** The caller's headers, without what is not for this upstream, and with what its operator adds. */
export function headersFor(
  headers: IncomingHttpHeaders,
  dialect: Dialect,
  { upstream, admission }: Payer,
): Record<string, string | string[]> {
  const credentials = credentialsFor(headers, dialect, { upstream, admission });
  if (upstream.headers === undefined) return upstreamHeaders(headers, credentials);
  const { drop, add } = upstream.headers;
  return upstreamHeaders(headers, {
    drop: [...credentials.drop, ...drop],
    add: { ...add, ...credentials.add },
  });
}

/** A key of the gateway's own is for the gateway alone, whoever pays, and wherever it stands. */
function credentialsFor(
  headers: IncomingHttpHeaders,
  dialect: Dialect,
  { upstream: { apiKey, auth }, admission }: Payer,
): HeaderChanges {
  if (apiKey !== undefined) {
    const add = auth === undefined ? dialect.credentials(apiKey) : keyHeaders(auth, apiKey);
    return { drop: PAYER_HEADERS, add };
  }
  const drop = admission.demandsKeys ? CREDENTIAL_HEADERS.filter((name) => mayHoldKey(wordsIn(headers, name))) : [];
  return { drop, add: {} };

  function mayHoldKey(words: readonly string[]): boolean {
    return words.length > MOST_WORDS || words.some(admission.isGatewayKey);
  }
}
