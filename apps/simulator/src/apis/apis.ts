// All APIs that speak the script language, in the order in which they are explained.
import { anthropicCountTokens, anthropicMessages } from './anthropic.ts';
import { anthropicVertex } from './anthropic-vertex.ts';
import type { Api } from './api.ts';
import { gemini, geminiArray } from './gemini.ts';
import { geminiEmbeddings } from './gemini-embeddings.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiCompact } from './openai-compact.ts';
import { openaiCompletions } from './openai-completions.ts';
import { openaiEmbeddings } from './openai-embeddings.ts';
import { openaiImages } from './openai-images.ts';
import { openaiResponses } from './openai-responses.ts';
import { openaiSpeech } from './openai-speech.ts';
import { openaiTranscriptions } from './openai-transcriptions.ts';

export const APIS: readonly Api[] = [
  openaiChat,
  openaiCompletions,
  openaiResponses,
  openaiCompact,
  openaiEmbeddings,
  openaiImages,
  openaiTranscriptions,
  openaiSpeech,
  anthropicMessages,
  anthropicCountTokens,
  anthropicVertex,
  gemini,
  geminiArray,
  geminiEmbeddings,
];
