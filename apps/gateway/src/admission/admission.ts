// Who may ask: where the gateway pays with a key of its own, the caller must hold one of the gateway's. Elsewhere the
// caller pays, and its credential is the upstream's business.
import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Dialect } from '../dialects/dialect.ts';
import { WeirError } from '../errors.ts';
import { CREDENTIAL_HEADERS } from '../upstream/headers.ts';

export interface Admission {
  /** Whether a credential is one of the gateway's own keys. */
  isGatewayKey(credential: string | null): boolean;
  /** Throws unless the caller may spend the gateway's money at this upstream. */
  admit(credential: string | null, payer: { readonly apiKey?: string | undefined }): void;
}

export function createAdmission(gatewayKeys: readonly string[]): Admission {
  const digests = gatewayKeys.map((key) => Buffer.from(digest(key)));

  function isGatewayKey(credential: string | null): boolean {
    if (digests.length === 0 || credential === null) return false;
    const presented = Buffer.from(digest(credential));
    // Compare with every key, and digests of equal length, so that timing does not reveal which one matched.
    return digests.reduce((found, known) => timingSafeEqual(presented, known) || found, false);
  }

  function admit(credential: string | null, payer: { readonly apiKey?: string | undefined }): void {
    if (payer.apiKey === undefined || digests.length === 0) return;
    if (!isGatewayKey(credential)) throw new WeirError('invalid_api_key');
  }

  return { isGatewayKey, admit };
}

/** What the caller presented, wherever its API puts it. */
export const callerCredential = (headers: IncomingHttpHeaders, url: string, dialect: Dialect): string | null =>
  credentialOf(headers) ?? dialect.urlCredential?.(url) ?? null;

export function credentialOf(headers: IncomingHttpHeaders): string | null {
  return (
    CREDENTIAL_HEADERS.map((name) => credentialIn(headers, name)).find((credential) => credential !== null) ?? null
  );
}

export const credentialIn = (headers: IncomingHttpHeaders, name: string): string | null =>
  String(headers[name] ?? '')
    .replace(/^\s*bearer(\s+|$)/i, '')
    .trim() || null;

/** Tells callers apart in the ledger, and gives none of them away. */
export const fingerprintOf = (credential: string | null): string | null =>
  credential === null ? null : digest(credential).slice(0, 16);

const digest = (text: string): string => hash('sha256', text);
