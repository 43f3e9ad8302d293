// Where there are no keys, whoever reaches the gateway may spend; and any page that a browser on this machine shows does
// reach it. Pages are told by what browsers say of them, and by what they can send without asking first, and refused before
// a body is read. With keys nothing of this is needed: a page has none.
import type { IncomingMessage } from 'node:http';
import { WeirError } from '../../errors.ts';
import { hostNames } from './host-names.ts';

const NOT_FOR_PAGES =
  'This gateway has no keys, and serves web pages of those origins only that its operator names in CORS_ORIGINS.';
const NOT_OUR_NAME =
  'This gateway has no keys, and answers to its own names only: its operator adds others in PUBLIC_HOSTS.';
const JSON_WANTED = 'This endpoint takes JSON, and `content-type` must say so: send `content-type: application/json`.';
const NO_FORM_OF_PAGES = 'This gateway has no keys, and takes no body of this `content-type`: send `application/json`.';

// Of requests without an origin: what nobody but the user, or a page of the gateway's own, has asked for.
const HARMLESS_SITES = [undefined, 'none', 'same-origin'];

interface Names {
  /** What this listener is called, beside `localhost` and addresses. */
  readonly ownHosts: readonly string[];
  readonly corsOrigins: readonly string[];
}

export type RefusePages = (req: IncomingMessage, wants: { readonly json: boolean }) => void;

export function refusingPages({ ownHosts, corsOrigins }: Names): RefusePages {
  const isOurs = hostNames(ownHosts);

  return (req, { json }) => {
    const { host, origin, 'sec-fetch-site': site } = req.headers;
    // Without any it is HTTP/1.0, which no browser speaks.
    if (host !== undefined && !isOurs(host)) throw new WeirError('host_not_allowed', { detail: NOT_OUR_NAME });
    const isPages = origin === undefined ? !HARMLESS_SITES.includes(siteOf(site)) : !corsOrigins.includes(origin);
    if (isPages) throw new WeirError('origin_not_allowed', { detail: NOT_FOR_PAGES });
    if (json && !isJson(req)) throw new WeirError('unsupported_media_type', { detail: JSON_WANTED });
    if (hasBody(req) && isFormOfPages(req)) throw new WeirError('unsupported_media_type', { detail: NO_FORM_OF_PAGES });
  };
}

const siteOf = (site: string | string[] | undefined): string | undefined =>
  site === undefined ? undefined : String(site).trim().toLowerCase();

const typeOf = ({ headers }: IncomingMessage): string =>
  (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';

const isJson = (req: IncomingMessage): boolean => /^application\/(?:[\w.+-]+\+)?json$/.test(typeOf(req));

/** What a page may send without asking first. Forms with files are left: here they are a call's own, and have an origin. */
const isFormOfPages = (req: IncomingMessage): boolean =>
  ['', 'text/plain', 'application/x-www-form-urlencoded'].includes(typeOf(req));

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
