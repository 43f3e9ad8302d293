// OpenAI's embeddings: reads `POST /v1/embeddings`, and says one vector for each input. There are no streams here, and no
// tokens: a script says how long it takes, how it ends, and what was counted.
import type { Api, Asking, Body, Question, Take } from './api.ts';
import { bad, promptLengthOf, targetInBody } from './asking.ts';
import { countsOf } from './counts.ts';
import { openaiErrorBody } from './openai-error.ts';
import { WITHOUT_TOKENS, wholeAnswer } from './whole-answer.ts';

const PROMPT = ['input'];
const DIMENSIONS = 1536;

export const openaiEmbeddings: Api = {
  ...WITHOUT_TOKENS,
  name: 'Embeddings',
  idPrefix: 'embd-sim-',
  streamType: 'application/json',
  usages: { body: 'in the body', never: 'nowhere' },
  prompt: PROMPT,
  target: (asking) => ({ ...targetInBody(asking), streamed: false }),
  read,
  errorBody: openaiErrorBody,
};

function read({ body }: Pick<Asking, 'body'>): Question {
  const { input, dimensions = DIMENSIONS, encoding_format: format = 'float' } = body;
  if (typeof input !== 'string' && !Array.isArray(input)) throw bad('input must be a string or an array', 'input');
  if (!Number.isInteger(dimensions) || (dimensions as number) < 1 || (dimensions as number) > 65_536) {
    throw bad('dimensions must be from 1 to 65536', 'dimensions');
  }
  const vectors = Array.from({ length: inputsIn(input) }, (_, index) => vectorOf(index, dimensions as number));
  const embeddings = vectors.map((vector) => (format === 'base64' ? base64Of(vector) : vector));
  return (take) => wholeAnswer(() => JSON.stringify(listOf(take, embeddings, body)));
}

/** One list of token numbers is one input. */
function inputsIn(input: unknown): number {
  return Array.isArray(input) && typeof input[0] !== 'number' ? input.length : 1;
}

/** As arbitrary as one wants, and the same every time. */
function vectorOf(index: number, dimensions: number): number[] {
  return Array.from({ length: dimensions }, (_, at) => (((at + 1) * 7919 + index * 104_729) % 2001) / 1000 - 1);
}

/** Little-endian floats of 32 bits. */
function base64Of(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4);
  vector.forEach((value, at) => {
    bytes.writeFloatLE(value, at * 4);
  });
  return bytes.toString('base64');
}

function listOf({ name, script }: Take, embeddings: readonly unknown[], body: Body): Record<string, unknown> {
  const { input } = countsOf(script, { promptLength: promptLengthOf(body, PROMPT) });
  const data = embeddings.map((embedding, index) => ({ object: 'embedding', index, embedding }));
  const told = script.usage === 'never' ? {} : { usage: { prompt_tokens: input, total_tokens: input } };
  return { object: 'list', data, model: name, ...told };
}
