// What of a caller's headers and query crosses to its upstream: the gateway's own key where it pays, the caller's credential
// where it does not. A key of the gateway's own is for the gateway alone, whoever pays, and wherever it stands.
import type { IncomingHttpHeaders } from 'node:http';
import type { Admission } from '../../admission/admission.ts';
import { keySearch } from '../../admission/key-search.ts';
import type { Dialect } from '../../dialects/dialect.ts';
import { withoutParameters } from '../../dialects/query.ts';
import { isUrlKey, saysWhoPays } from '../../dialects/url-key.ts';
import { keyHeaders } from '../../upstream/auth.ts';
import { type HeaderChanges, PAYER_HEADERS, upstreamHeaders } from '../../upstream/headers.ts';
import type { Upstream } from '../../upstream/upstream.ts';

interface Payer {
  readonly upstream: Upstream;
  readonly admission: Admission;
}

/** The path, with what of its query is for this upstream. */
export function pathFor(path: string, { urlCredential }: Dialect, { upstream, admission }: Payer): string {
  const isPaid = upstream.apiKey !== undefined;
  if (!isPaid && !admission.demandsKeys) return path;
  const mayHoldKey = keySearch(admission);
  return withoutParameters(path, (parameter) => {
    const isReplaced = isPaid && (saysWhoPays(parameter) || (urlCredential !== undefined && isUrlKey(parameter)));
    return isReplaced || mayHoldKey(`${parameter.name}=${parameter.value}`);
  });
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

function credentialsFor(
  headers: IncomingHttpHeaders,
  dialect: Dialect,
  { upstream: { apiKey, auth }, admission }: Payer,
): HeaderChanges {
  const ours = admission.demandsKeys ? namesOfKeys(headers, admission) : [];
  if (apiKey === undefined) return { drop: ours, add: {} };
  const add = auth === undefined ? dialect.credentials(apiKey) : keyHeaders(auth, apiKey);
  return { drop: [...PAYER_HEADERS, ...ours], add };
}

/** Clients of other gateways show their key in headers of many names. */
function namesOfKeys(headers: IncomingHttpHeaders, admission: Admission): string[] {
  const mayHoldKey = keySearch(admission);
  const names = Object.keys(headers).filter((name) => /key|token|auth|secret|credential/.test(name));
  return names.filter((name) => mayHoldKey(String(headers[name])));
}
