// Gemini's embeddings, one or many at a time: never a stream, and nothing generated. AI Studio says a prompt's tokens as
// everywhere; Vertex says them with each embedding, and what it bills in characters.
import { asNumber, countIn, sumOf } from '../count.ts';
import type { Dialect, FrameInfo, Reader, Reading } from '../dialect.ts';
import { OTHER } from '../dialect.ts';
import { isObject, type JsonObject, objectIn, objectsIn, textIn } from '../json.ts';
import { UNREPORTED, type UsageReading, usageReading } from '../usage-reading.ts';
import { gemini } from './gemini.ts';
import { countsTokens, geminiUsage } from './gemini-usage.ts';

const EMBEDDING = { statistics: true } as const;

export const geminiEmbeddings: Dialect = {
  ...gemini,
  name: 'gemini-embeddings',
  framing: () => null,
  createReader: () => new GeminiEmbeddingsReader(),
  wanted: {
    error: true,
    modelVersion: true,
    usageMetadata: true,
    metadata: true,
    embedding: EMBEDDING,
    embeddings: EMBEDDING,
  },
};

class GeminiEmbeddingsReader implements Reader {
  #body: JsonObject | null = null;

  see(): FrameInfo {
    return OTHER;
  }

  seeBody(body: unknown): boolean {
    this.#body = isObject(body) ? body : null;
    return this.#body !== null;
  }

  reading(): Reading {
    const body = this.#body ?? {};
    const characters = asNumber(objectIn(body, 'metadata')['billableCharacterCount']);
    return {
      model: textIn(body, 'modelVersion'),
      upstreamId: null,
      finishReason: null,
      terminalSeen: this.#body !== null,
      failed: isObject(body['error']),
      units: typeof characters === 'number' && characters >= 0 ? { characters } : null,
      ...usageIn(body),
    };
  }
}

function usageIn(body: JsonObject): UsageReading {
  const usage = objectIn(body, 'usageMetadata');
  if (countsTokens(usage)) return geminiUsage(usage);
  const embeddings = [objectIn(body, 'embedding'), ...objectsIn(body, 'embeddings')];
  const input = sumOf(embeddings.map((embedding) => countIn(objectIn(embedding, 'statistics'), 'tokenCount')));
  if (input === null) return UNREPORTED;
  return usageReading({ tokenCount: input }, { input, output: 0 });
}
