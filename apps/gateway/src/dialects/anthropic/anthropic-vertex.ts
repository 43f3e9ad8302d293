// Anthropic's API as Vertex has it: its path names the model and whether to stream, and its key is a token of Google's.

import { refuseOtherFormats } from '../answer-format.ts';
import type { Ask, AskedRequest, Dialect } from '../dialect.ts';
import { pathIn } from '../paths.ts';
import { anthropicMessages } from './anthropic-messages.ts';

export const anthropicVertex: Dialect = {
  ...anthropicMessages,
  ask: askAnthropicVertex,
  credentials: (token) => ({ authorization: `Bearer ${token}` }),
};

function askAnthropicVertex(asked: AskedRequest): Ask {
  refuseOtherFormats(asked.url);
  const ask = anthropicMessages.ask(asked);
  return { ...ask, streamed: ask.streamed || pathIn(asked.url).endsWith(':streamRawPredict') };
}
