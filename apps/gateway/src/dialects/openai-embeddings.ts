// OpenAI Embeddings: never a stream, and nothing generated. A body that can be read is complete; there is no finish.
import type { Ask, AskedRequest, Dialect, Reader, Reading, Sight } from './dialect.ts';
import { PLAIN } from './dialect.ts';
import { countIn, isObject, type JsonObject, objectIn, textIn } from './json.ts';
import { openAiChat } from './openai-chat.ts';
import { saysError } from './openai-error.ts';
import { countsTokens, openAiTokens } from './openai-usage.ts';
import { modelIn, requestIn } from './request.ts';
import { NO_TOKENS } from './tokens.ts';

export const openAiEmbeddings: Dialect = {
  ...openAiChat,
  name: 'openai-embeddings',
  ask: askOpenAiEmbeddings,
  framing: () => null,
  createReader: () => new OpenAiEmbeddingsReader(),
};

function askOpenAiEmbeddings({ body }: AskedRequest): Ask {
  const model = modelIn(requestIn(body));
  return { model, streamed: false, usageRequested: false, usageOverruled: false, body };
}

class OpenAiEmbeddingsReader implements Reader {
  #reading: Reading = { ...readingOf({}), terminalSeen: false };

  see(): Sight {
    return PLAIN;
  }

  seeBody(body: unknown): boolean {
    if (!isObject(body)) return false;
    this.#reading = readingOf(body); // without the vectors, which may be many megabytes
    return true;
  }

  reading(): Reading {
    return this.#reading;
  }
}

function readingOf(body: JsonObject): Reading {
  const usage = objectIn(body, 'usage');
  const counted = countsTokens(allPrompt(usage));
  return {
    model: textIn(body, 'model'),
    upstreamId: textIn(body, 'id'),
    finishReason: null,
    terminalSeen: true,
    failed: saysError(body['error']),
    usage: counted ? { ...usage } : null,
    tokens: counted ? openAiTokens(allPrompt(usage)) : NO_TOKENS,
  };
}

/** Voyage says the total alone: all of it is prompt. */
const allPrompt = (usage: JsonObject): JsonObject =>
  countIn(usage, 'prompt_tokens') === null ? { ...usage, prompt_tokens: usage['total_tokens'] } : usage;
