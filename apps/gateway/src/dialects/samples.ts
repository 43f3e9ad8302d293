// Every API by its dialect's name, and where it is asked: for the tests that hold all of them to the same rules.
import { anthropicMessages } from './anthropic-messages.ts';
import type { Dialect } from './dialect.ts';
import { gemini } from './gemini.ts';
import { openAiChat } from './openai-chat.ts';
import { openAiCompletions } from './openai-completions.ts';
import { openAiEmbeddings } from './openai-embeddings.ts';
import { openAiResponses } from './openai-responses.ts';

export interface Sample {
  readonly dialect: Dialect;
  url(streamed: boolean): string;
}

const at = (url: string, dialect: Dialect): Sample => ({ dialect, url: () => url });
const geminiUrl = (streamed: boolean) => `/v1beta/models/m:${streamed ? 'streamGenerateContent' : 'generateContent'}`;

export const SAMPLES: Readonly<Record<string, Sample>> = {
  'anthropic-messages': at('/v1/messages', anthropicMessages),
  gemini: { dialect: gemini, url: geminiUrl },
  'openai-chat': at('/v1/chat/completions', openAiChat),
  'openai-completions': at('/v1/completions', openAiCompletions),
  'openai-embeddings': at('/v1/embeddings', openAiEmbeddings),
  'openai-responses': at('/v1/responses', openAiResponses),
};
