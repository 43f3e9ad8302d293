// Another spelling of a path (`/v1//Chat/%63ompletions/`), or one that climbs out of the upstream's base: a provider might
// take it for what it is not here, and answer it without a row, or with a row that says something else.
import { isAt, isNearlyAt } from './endpoint.ts';
import { ENDPOINTS } from './endpoints.ts';
import { API_PATHS, pathAfterVersion, pathIn } from './paths.ts';

/** What no server reads in two ways; and escapes, whose text is looked at as well. */
const PLAIN = /^(?:\/(?:[\w.~!$&'()*+,=:@-]|%[\da-f]{2})+)+$/i;

/** Behind an escape these would be a path's own signs, or the sign of one more escape; nobody honest escapes a letter. */
const HIDDEN = /%(?:2[0f35de]|3[\dbf]|4[1-9a-f]|5[\daf]|5c|6[1-9a-f]|7[\daef]|[01][\da-f])/i;

export function isOddlySpelt(url: string): boolean {
  const path = pathIn(url);
  if (ENDPOINTS.some((endpoint) => endpoint.path === path)) return false; // most are, and need no closer look
  const text = decoded(path);
  if (text === null || climbs(text) || HIDDEN.test(path)) return true;
  if (ENDPOINTS.some((endpoint) => isAt(endpoint, path))) return !PLAIN.test(withoutSignsBeforeVerb(path));
  return !PLAIN.test(path) || isNearlyMetered(text);
}

/** A server that cuts a segment at `;` loses the verb as well: between a model's name and its verb it is of the name. */
function withoutSignsBeforeVerb(path: string): string {
  const at = path.lastIndexOf('/');
  const last = path.slice(at);
  return /:\w+$/.test(last) ? path.slice(0, at) + last.replaceAll(';', '') : path;
}

const climbs = (text: string): boolean => text.split(/[/\\]/).some((segment) => segment === '.' || segment === '..');

/** The version is not what goes upstream: with another one it is the same call there. */
function isNearlyMetered(path: string): boolean {
  const asked = pathAfterVersion(path.toLowerCase());
  return API_PATHS.some((version) => ENDPOINTS.some((endpoint) => isNearlyAt(endpoint, version + asked)));
}

// Nobody honest wraps a path twice.
const MOST_DECODINGS = 5;

/** Escapes may hide in escapes; null where they go on. */
function decoded(path: string, more = MOST_DECODINGS): string | null {
  if (more === 0) return null;
  try {
    const once = decodeURIComponent(path);
    return once === path ? path : decoded(once, more - 1);
  } catch {
    return path;
  }
}
