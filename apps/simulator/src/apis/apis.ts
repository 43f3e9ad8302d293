// All APIs that speak the script language, in the order in which they are explained.
import { anthropicCountTokens, anthropicMessages } from './anthropic.ts';
import type { Api } from './api.ts';
import { gemini, geminiArray } from './gemini.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiCompletions } from './openai-completions.ts';
import { openaiEmbeddings } from './openai-embeddings.ts';
import { openaiResponses } from './openai-responses.ts';

export const APIS: readonly Api[] = [
  openaiChat,
  openaiCompletions,
  openaiResponses,
  openaiEmbeddings,
  anthropicMessages,
  anthropicCountTokens,
  gemini,
  geminiArray,
];
