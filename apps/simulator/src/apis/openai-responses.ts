// OpenAI's Responses API: reads `POST /v1/responses`, and says the answer as events or as one response.
import { wordsOf } from '../text.ts';
import type { Answer, Api, Asking, Question, Take } from './api.ts';
import { bad, promptLengthOf, targetInBody, toolIn } from './asking.ts';
import { openaiErrorBody } from './openai-error.ts';
import { responseEvents } from './openai-responses-events.ts';
import { type Asked, responseWriter } from './openai-responses-object.ts';
import { speechOf } from './openai-responses-speech.ts';

const PROMPT = ['input', 'instructions'];

export const openaiResponses: Api = {
  name: 'Responses',
  idPrefix: 'resp_sim-',
  streamType: 'text/event-stream; charset=utf-8',
  streamedBy: '"stream": true',
  usages: { terminal: 'in the response of the terminal event', never: 'nowhere: it stays null' },
  prompt: PROMPT,
  target: targetInBody,
  read,
  errorBody: openaiErrorBody,
};

function read({ body }: Pick<Asking, 'body'>): Question {
  const { input, tools } = body;
  if (typeof input !== 'string' && !Array.isArray(input)) throw bad('input must be a string or an array', 'input');
  const asked: Asked = {
    promptLength: promptLengthOf(body, PROMPT),
    tools: Array.isArray(tools) ? tools : [],
    tool: toolIn(tools, ({ name }) => name),
  };
  return (take) => answerOf(take, asked);
}

function answerOf(take: Take, asked: Asked): Answer {
  const response = responseWriter(take, asked);
  const item = () => speechOf(take, asked.tool).item(wordsOf(take.script));
  return {
    ...responseEvents(take, asked),
    body: () => JSON.stringify(response.ended(item())),
    failedBody: () => JSON.stringify(response.failed()),
  };
}
