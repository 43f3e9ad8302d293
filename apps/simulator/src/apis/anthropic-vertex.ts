// Anthropic's API as Vertex has it: reads `POST /v1/projects/…/publishers/anthropic/models/{model}:rawPredict`, and, streamed,
// `:streamRawPredict`. The path names the model; the rest is Anthropic's.
import { anthropicMessages } from './anthropic.ts';
import type { Api } from './api.ts';
import { gemini } from './gemini.ts';

export const anthropicVertex: Api = {
  ...anthropicMessages,
  name: 'Messages on Vertex',
  idPrefix: 'msg_vrtx_sim-',
  streamedBy: ':streamRawPredict',
  target: (asking) => ({ ...gemini.target(asking), streamed: asking.path.endsWith(':streamRawPredict') }),
};
