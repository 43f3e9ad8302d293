// Anthropic's API: reads `POST /v1/messages`, and says the answer as events or as one message; and counts the tokens of a
// prompt for `POST /v1/messages/count_tokens`.
import { wordsOf } from '../text.ts';
import { anthropicErrorBody } from './anthropic-error.ts';
import { type Asked, messageEvents } from './anthropic-events.ts';
import { messageOf } from './anthropic-message.ts';
import { speechOf } from './anthropic-speech.ts';
import { seatsOf, USAGES, type UsagePlace } from './anthropic-usage.ts';
import type { Api, Asking, Question, Take } from './api.ts';
import { bad, promptLengthOf, targetInBody, toolIn } from './asking.ts';
import { countsOf } from './counts.ts';
import { WITHOUT_TOKENS, wholeAnswer } from './whole-answer.ts';

const PROMPT = ['messages', 'system'];

export const anthropicMessages: Api = {
  name: 'Messages',
  idPrefix: 'msg_sim-',
  idHeader: 'request-id',
  streamType: 'text/event-stream; charset=utf-8',
  streamedBy: '"stream": true',
  usages: USAGES,
  lacks: ['end=error-event', 'end=failed'],
  prompt: PROMPT,
  target: targetInBody,
  read: (asking) => {
    const asked = askedOf(asking);
    return (take) => ({ ...messageEvents(take, asked), body: () => JSON.stringify(wholeMessage(take, asked)) });
  },
  errorBody: anthropicErrorBody,
};

export const anthropicCountTokens: Api = {
  ...anthropicMessages,
  ...WITHOUT_TOKENS,
  name: 'Token counts',
  idPrefix: 'count_sim-',
  usages: { body: 'it is the body' },
  target: (asking) => ({ ...targetInBody(asking), streamed: false }),
  read: countTokens,
};

function askedOf({ body }: Pick<Asking, 'body'>): Asked {
  if (!Array.isArray(body['messages'])) throw bad('messages: Field required', 'messages');
  return { promptLength: promptLengthOf(body, PROMPT), tool: toolIn(body['tools'], ({ name }) => name) };
}

function wholeMessage(take: Take, asked: Asked): Record<string, unknown> {
  const { script } = take;
  const { whole, stopReason } = speechOf(take, asked.tool);
  const usage = seatsOf(script.usage as UsagePlace, countsOf(script, asked)).body;
  return messageOf(take, { content: [whole(wordsOf(script))], stopReason, usage });
}

function countTokens(asking: Asking): Question {
  const asked = askedOf(asking);
  return ({ script }) => wholeAnswer(() => JSON.stringify({ input_tokens: countsOf(script, asked).input }));
}
