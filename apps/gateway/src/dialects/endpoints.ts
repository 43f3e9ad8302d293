// Which paths are relayed and metered, by which dialect; and whose way of speaking the rest of an API's paths have.
import { anthropicMessages } from './anthropic/anthropic-messages.ts';
import type { Dialect } from './dialect.ts';
import { gemini } from './gemini/gemini.ts';
import { openAiChat } from './openai/openai-chat.ts';
import { openAiCompletions } from './openai/openai-completions.ts';
import { openAiEmbeddings } from './openai/openai-embeddings.ts';
import { openAiResponses } from './openai/openai-responses.ts';

export interface Endpoint {
  readonly method: 'GET' | 'POST';
  readonly path: string | RegExp;
  /** What its query must hold; without it the path is another call. */
  readonly query?: RegExp;
  /** As rows and metrics name it: one of a few, whatever the path holds. */
  readonly name: string;
  readonly dialect: Dialect;
}

const post = (path: string, dialect: Dialect): Endpoint => ({ method: 'POST', path, name: path, dialect });

const geminiCall = (verb: string): Endpoint => ({
  method: 'POST',
  path: new RegExp(`^/v1(?:beta)?/.+:${verb}$`),
  name: `/v1beta/models/{model}:${verb}`,
  dialect: gemini,
});

export const ENDPOINTS: readonly Endpoint[] = [
  post('/v1/chat/completions', openAiChat),
  post('/v1/completions', openAiCompletions),
  post('/v1/responses', openAiResponses),
  post('/v1/embeddings', openAiEmbeddings),
  post('/v1/messages', anthropicMessages),
  geminiCall('generateContent'),
  geminiCall('streamGenerateContent'),
  {
    method: 'GET', // a background response, streamed or streamed again
    path: /^\/v1\/responses\/[^/]+$/,
    query: /[?&]stream=true(?:&|$)/,
    name: '/v1/responses/{id}',
    dialect: openAiResponses,
  },
];

/** Everything else below these is passed through, unmetered. */
export const API_PATHS = ['/v1', '/v1beta'];

/** A request may name the whole URL, as clients of proxies do: what follows the host. */
export const localPart = (url: string): string => url.replace(/^https?:\/\/[^/?]*/i, '');

/**
 * Another spelling of a path that is metered (`/v1//Chat/%63ompletions/`), or one that climbs out of the upstream's base:
 * a provider might take it for what it is not here, and answer it at the gateway's expense without a row.
 */
export function isAliasOfMeteredPath(url: string): boolean {
  const path = pathIn(url);
  if (ENDPOINTS.some((endpoint) => endpoint.path === path)) return false; // most are, and need no closer look
  const plainest = decoded(path);
  if (plainest === null) return true;
  const plain = plainest
    .toLowerCase()
    .replaceAll('\\', '/')
    .replace(/;[^/]*/g, '')
    .replace(/\/+/g, '/')
    .replace(/\/$/, '');
  if (plain.split('/').some((segment) => segment === '.' || segment === '..')) return true;
  if (ENDPOINTS.some((endpoint) => isAt(endpoint, path))) return false;
  const metered = [plain, plain.replace(/^\/v1beta(?=\/)/, '/v1')]; // the version is not what goes upstream
  return ENDPOINTS.some((endpoint) => metered.some((spelling) => isAt(endpoint, spelling, 'i')));
}

interface Asked {
  readonly originalUrl: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Whose errors a caller on this path understands, and whose credentials its provider wants. */
export function dialectOf({ originalUrl, headers }: Asked): Dialect {
  const path = pathIn(originalUrl);
  const known = ENDPOINTS.find((endpoint) => isAt(endpoint, path));
  if (known !== undefined) return known.dialect;
  if (path.startsWith('/v1/messages') || headers['anthropic-version'] !== undefined) return anthropicMessages;
  const isGoogles = path.startsWith('/v1beta/') || /\/models\/[^/]+:\w+$/.test(path);
  return isGoogles || headers['x-goog-api-key'] !== undefined ? gemini : openAiChat;
}

const pathIn = (url: string): string => localPart(url).split('?')[0] as string;

const isAt = ({ path }: Endpoint, text: string, flags = ''): boolean =>
  typeof path === 'string' ? path === text : new RegExp(path.source, flags).test(text);

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
