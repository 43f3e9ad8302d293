// OpenAI Embeddings: never a stream, and nothing generated. A body that can be read is complete; there is no finish.

import { countIn } from '../count.ts';
import type { Ask, AskedRequest, Dialect, FrameInfo, Reader, Reading } from '../dialect.ts';
import { OTHER } from '../dialect.ts';
import { isObject, type JsonObject, objectIn, textIn } from '../json.ts';
import { asItCame, modelIn } from '../request.ts';
import { UNREPORTED } from '../usage-reading.ts';
import { openAiChat } from './openai-chat.ts';
import { saysError } from './openai-error.ts';
import { countsTokens, inputIn, openAiUsage } from './openai-usage.ts';

export const openAiEmbeddings: Dialect = {
  ...openAiChat,
  name: 'openai-embeddings',
  ask: askOpenAiEmbeddings,
  framing: () => null,
  createReader: () => new OpenAiEmbeddingsReader(),
  wanted: { id: true, model: true, error: true, usage: true },
};

function askOpenAiEmbeddings(asked: AskedRequest): Ask {
  return { ...asItCame(asked.body), model: modelIn(asked), streamed: false, usageRequested: false };
}

class OpenAiEmbeddingsReader implements Reader {
  #reading: Reading = { ...readingOf({}), terminalSeen: false };

  see(): FrameInfo {
    return OTHER;
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
  // Voyage says the total alone: all of it is prompt.
  const input = inputIn(usage) ?? countIn(usage, 'total_tokens');
  return {
    model: textIn(body, 'model'),
    upstreamId: textIn(body, 'id'),
    finishReason: null,
    terminalSeen: true,
    failed: saysError(body['error']),
    ...(input !== null || countsTokens(usage) ? openAiUsage(usage, input) : UNREPORTED),
  };
}
