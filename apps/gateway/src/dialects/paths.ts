// Where a request goes, as its path says it: what of it belongs to the gateway's own address, and what the provider is
// asked for.

/** The APIs are below these: OpenAI's and Anthropic's, Google's, Azure's. */
export const API_PATHS = ['/v1', '/v1beta', '/v1beta1', '/openai'];

// Azure's newer API has a version segment of its own below `/openai`.
const VERSION = /^\/(?:v1(?:beta1?)?|openai(?:\/v1)?)(?=[/?]|$)/;

/** A request may name the whole URL, as clients of proxies do: what follows the host. */
const localPart = (url: string): string => url.replace(/^https?:\/\/[^/?]*/i, '');

export const pathIn = (url: string): string => localPart(url).split('?')[0] as string;

/** `/v1/chat/completions?x` → `/chat/completions?x`: the version segment is already in the upstream's URL. */
export const pathAfterVersion = (url: string): string => localPart(url).replace(VERSION, '');
