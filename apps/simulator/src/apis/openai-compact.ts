// OpenAI's compaction of a conversation: reads `POST /v1/responses/compact`, and says one item in its place.
import type { Api, Asking, Question, Take } from './api.ts';
import { bad, promptLengthOf, targetInBody } from './asking.ts';
import { countsOf } from './counts.ts';
import { openaiErrorBody } from './openai-error.ts';
import { openAiUsageOf } from './openai-usage-object.ts';
import { WITHOUT_TOKENS, wholeAnswer } from './whole-answer.ts';

const PROMPT = ['input', 'instructions'];

export const openaiCompact: Api = {
  ...WITHOUT_TOKENS,
  lacks: WITHOUT_TOKENS.lacks.filter((lack) => !['cached', 'cache-write', 'output', 'reasoning'].includes(lack)),
  name: 'Compaction',
  idPrefix: 'compact_sim-',
  streamType: 'application/json',
  usages: { body: 'in the body', never: 'nowhere' },
  prompt: PROMPT,
  target: (asking) => ({ ...targetInBody(asking), streamed: false }),
  read,
  errorBody: openaiErrorBody,
};

function read({ body }: Pick<Asking, 'body'>): Question {
  if (body['input'] === undefined) throw bad('input must be a string or an array', 'input');
  const promptLength = promptLengthOf(body, PROMPT);
  return (take) => wholeAnswer(() => JSON.stringify(compactionOf(take, promptLength)));
}

function compactionOf({ id, createdAt, script }: Take, promptLength: number): Record<string, unknown> {
  const created_at = Math.floor(createdAt.getTime() / 1000);
  const output = [{ id: `cmp_${id}`, type: 'compaction', encrypted_content: 'simulated' }];
  const told = script.usage === 'never' ? {} : { usage: openAiUsageOf(countsOf(script, { promptLength })) };
  return { id, object: 'response.compaction', created_at, output, ...told };
}
