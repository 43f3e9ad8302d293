// Google's embeddings: reads `POST /v1beta/models/{model}:embedContent` and `:batchEmbedContents`, and says one vector for each
// input.
import { type Api, type Asking, type Question, Refused, type Take } from './api.ts';
import { promptLengthOf } from './asking.ts';
import { countsOf } from './counts.ts';
import { gemini } from './gemini.ts';
import { WITHOUT_TOKENS, wholeAnswer } from './whole-answer.ts';

const PROMPT = ['content', 'requests'];
const VALUES = [0.25, -0.5, 0.125];

export const geminiEmbeddings: Api = {
  ...gemini,
  ...WITHOUT_TOKENS,
  name: 'Gemini’s embeddings',
  idPrefix: 'gemini_embd_sim-',
  streamType: 'application/json',
  usages: { body: '`usageMetadata` in the body', never: 'nowhere' },
  prompt: PROMPT,
  target: (asking) => ({ ...gemini.target(asking), streamed: false }),
  read,
};

function read({ path, body }: Pick<Asking, 'path' | 'body'>): Question {
  const { requests, content } = body;
  const isBatch = path.endsWith(':batchEmbedContents');
  if (isBatch ? !Array.isArray(requests) : content === undefined) {
    throw new Refused({ status: 400, message: '* EmbedContentRequest.content: content is not specified' });
  }
  const vector = { values: VALUES };
  const vectors = Array.isArray(requests) ? { embeddings: requests.map(() => vector) } : { embedding: vector };
  const promptLength = promptLengthOf(body, PROMPT);
  return (take) => wholeAnswer(() => `${JSON.stringify({ ...vectors, ...toldBy(take, promptLength) }, null, 2)}\n`);
}

function toldBy({ script }: Take, promptLength: number): Record<string, unknown> {
  if (script.usage === 'never') return {};
  return { usageMetadata: { promptTokenCount: countsOf(script, { promptLength }).input } };
}
