// OpenAI's chat API: reads `POST /v1/chat/completions`, and says the answer as chunks or as one completion.
import { wordsOf } from '../text.ts';
import type { Answer, Api, Asking, Body, Question, Take } from './api.ts';
import { bad, promptLengthOf, targetInBody, toolIn } from './asking.ts';
import { countsOf } from './counts.ts';
import { type Asked, chatFrames } from './openai-chat-frames.ts';
import { speechOf } from './openai-chat-speech.ts';
import { USAGES } from './openai-chat-usage.ts';
import { openaiErrorBody } from './openai-error.ts';
import { choicesIn, includesUsage } from './openai-request.ts';
import { usageOf } from './openai-usage.ts';

const PROMPT = ['messages'];

export const openaiChat: Api = {
  name: 'Chat Completions',
  idPrefix: 'chatcmpl-sim-',
  streamType: 'text/event-stream; charset=utf-8',
  streamedBy: '"stream": true',
  usages: USAGES,
  lacks: ['end=failed'],
  prompt: PROMPT,
  target: targetInBody,
  read,
  errorBody: openaiErrorBody,
};

function read({ body }: Pick<Asking, 'body'>): Question {
  if (!Array.isArray(body['messages'])) throw bad('messages must be an array', 'messages');
  const asked: Asked = {
    choices: choicesIn(body),
    promptLength: promptLengthOf(body, PROMPT),
    usage: includesUsage(body),
    tool: toolIn(body['tools'], (tool) => (tool['function'] as Body | undefined)?.['name']),
  };
  return (take) => answerOf(take, asked);
}

function answerOf(take: Take, asked: Asked): Answer {
  return { ...chatFrames(take, asked), body: () => JSON.stringify(completionOf(take, asked)) };
}

function completionOf(take: Take, asked: Asked): Record<string, unknown> {
  const { id, name, createdAt, script } = take;
  const speech = speechOf(take, asked.tool);
  const message = speech.message(wordsOf(script));
  const choices = [...Array(asked.choices).keys()].map((index) => {
    return { index, message, logprobs: null, finish_reason: speech.finishReason };
  });
  return {
    id,
    object: 'chat.completion',
    created: Math.floor(createdAt.getTime() / 1000),
    model: name,
    system_fingerprint: 'fp_sim',
    choices,
    ...(script.usage === 'never' ? {} : { usage: usageOf(countsOf(script, asked)) }),
  };
}
