// What a bad provider does with a request, and the words of a good answer that it begins, ends or breaks.
import type { ServerResponse } from 'node:http';

export interface Asked {
  /** What follows the act's name in the model's, as in `hostile;drip;1000`. */
  readonly args: readonly string[];
  readonly streamed: boolean;
  readonly isArray: boolean;
}

export type Act = (res: ServerResponse, asked: Asked) => void | Promise<void>;

export const USAGE = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };

export const SSE = { 'content-type': 'text/event-stream' };
export const JSON_TYPE = { 'content-type': 'application/json' };

const chunkOf = (more: object) => ({ id: 'chatcmpl-1', object: 'chat.completion.chunk', model: 'hostile', ...more });

const frameOf = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;

export const contentFrame = (content: string): string =>
  frameOf(chunkOf({ choices: [{ index: 0, delta: { content }, finish_reason: null }] }));

export const endOf = (usage: object): string =>
  frameOf(chunkOf({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })) +
  frameOf(chunkOf({ choices: [], usage })) +
  'data: [DONE]\n\n';

const message = { role: 'assistant', content: 'Deep.' };

/** The members of a whole answer, but for the last brace, and what stands before its usage. */
export const WHOLE_HEAD = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  model: 'hostile',
  choices: [{ index: 0, message, finish_reason: 'stop' }],
}).slice(0, -1);

export const wholeAnswer = (usage: object): string => `${WHOLE_HEAD},"usage":${JSON.stringify(usage)}}`;
