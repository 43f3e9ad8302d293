// OpenAI's older text completions: reads `POST /v1/completions`, and says the answer as chunks or as one completion.
import { wordsOf } from '../text.ts';
import type { Api, Asking, Question, Take } from './api.ts';
import { bad, promptLengthOf, targetInBody } from './asking.ts';
import { countsOf } from './counts.ts';
import { USAGES } from './openai-chat-usage.ts';
import { type Asked, completionFrames, plainUsageOf } from './openai-completions-frames.ts';
import { openaiErrorBody } from './openai-error.ts';
import { choicesIn, includesUsage } from './openai-request.ts';

const PROMPT = ['prompt', 'suffix'];
const { after, always, finish, each, never } = USAGES;

export const openaiCompletions: Api = {
  name: 'Completions',
  idPrefix: 'cmpl-sim-',
  streamType: 'text/event-stream; charset=utf-8',
  streamedBy: '"stream": true',
  usages: { after, always, finish, each, never },
  lacks: ['tools', 'end=error-event', 'end=failed'],
  prompt: PROMPT,
  target: targetInBody,
  read,
  errorBody: openaiErrorBody,
};

function read({ body }: Pick<Asking, 'body'>): Question {
  if (body['prompt'] === undefined) throw bad('you must provide a prompt', 'prompt');
  const promptLength = promptLengthOf(body, PROMPT);
  const asked = { choices: choicesIn(body), promptLength, usage: includesUsage(body) };
  return (take) => ({ ...completionFrames(take, asked), body: () => JSON.stringify(completionOf(take, asked)) });
}

function completionOf({ id, name, createdAt, script }: Take, asked: Asked): Record<string, unknown> {
  const text = wordsOf(script);
  const choices = [...Array(asked.choices).keys()].map((index) => {
    return { text, index, logprobs: null, finish_reason: script.reason ?? 'stop' };
  });
  const created = Math.floor(createdAt.getTime() / 1000);
  const told = script.usage === 'never' ? {} : { usage: plainUsageOf(countsOf(script, asked)) };
  return { id, object: 'text_completion', created, model: name, choices, ...told };
}
