// Which calls are relayed and metered, by which dialect; and whose way of speaking the rest of an API's paths have.
import { anthropicEndpoints } from './anthropic/anthropic-endpoints.ts';
import { anthropicMessages } from './anthropic/anthropic-messages.ts';
import { anthropicVertex } from './anthropic/anthropic-vertex.ts';
import type { Dialect } from './dialect.ts';
import { type Endpoint, isAt } from './endpoint.ts';
import { gemini } from './gemini/gemini.ts';
import { geminiEndpoints } from './gemini/gemini-endpoints.ts';
import { openAiChat } from './openai/openai-chat.ts';
import { asAzureTakesIt, moreOpenAiEndpoints, openAiEndpoints } from './openai/openai-endpoints.ts';
import { pathIn } from './paths.ts';

export const ENDPOINTS: readonly Endpoint[] = [
  ...openAiEndpoints,
  ...anthropicEndpoints,
  ...geminiEndpoints,
  ...moreOpenAiEndpoints,
];

const azureOpenAi = asAzureTakesIt(openAiChat);

interface Asked {
  readonly originalUrl: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Whose errors a caller on this path understands, and whose credentials its provider wants. */
export function dialectOf({ originalUrl, headers }: Asked): Dialect {
  const path = pathIn(originalUrl);
  const known = ENDPOINTS.find((endpoint) => isAt(endpoint, path));
  if (known !== undefined) return known.dialect;
  if (path.startsWith('/openai/')) return path.startsWith('/openai/v1/') ? openAiChat : azureOpenAi;
  if (path.startsWith('/v1beta/openai/')) return openAiChat;
  if (path.includes('/publishers/anthropic/')) return anthropicVertex;
  if (path.startsWith('/v1/messages') || headers['anthropic-version'] !== undefined) return anthropicMessages;
  const isGoogles = /^\/v1beta1?\/|\/models\/[^/]+:\w+$/.test(path);
  return isGoogles || headers['x-goog-api-key'] !== undefined ? gemini : openAiChat;
}
