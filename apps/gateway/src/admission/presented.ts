// What a caller presents: one of the gateway's keys in a header that is meant for it alone, and a credential wherever its
// API puts one, which may be a key of the gateway's too, or the provider's business.
import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Dialect } from '../dialects/dialect.ts';
import { CREDENTIAL_HEADERS } from '../upstream/headers.ts';

export const KEY_HEADER = 'x-weir-key';

export interface Presented {
  /** From `x-weir-key`; null where there is none. */
  readonly weirKey: string | null;
  readonly credential: string | null;
}

export const presentedBy = (headers: IncomingHttpHeaders, url: string, dialect: Dialect): Presented => ({
  weirKey: credentialIn(headers, KEY_HEADER),
  credential: credentialOf(headers) ?? dialect.urlCredential?.(url) ?? null,
});

export function credentialOf(headers: IncomingHttpHeaders): string | null {
  return (
    CREDENTIAL_HEADERS.map((name) => credentialIn(headers, name)).find((credential) => credential !== null) ?? null
  );
}

const credentialIn = (headers: IncomingHttpHeaders, name: string): string | null =>
  String(headers[name] ?? '')
    .replace(/^\s*bearer(\s+|$)/i, '')
    .trim() || null;

/** Tells callers apart in the ledger, and gives none of them away: by the gateway's key, where one was presented. */
export const fingerprintOf = ({ weirKey, credential }: Presented): string | null => {
  const key = weirKey ?? credential;
  return key === null ? null : hash('sha256', key).slice(0, 16);
};
