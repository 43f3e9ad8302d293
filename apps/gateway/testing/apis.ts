// Every API by its dialect's name, and where it is asked: for the tests that hold all of them to the same rules.
import { anthropicMessages } from '../src/dialects/anthropic/anthropic-messages.ts';
import type { Dialect } from '../src/dialects/dialect.ts';
import { gemini } from '../src/dialects/gemini/gemini.ts';
import { geminiEmbeddings } from '../src/dialects/gemini/gemini-embeddings.ts';
import { opaqueOf } from '../src/dialects/opaque/opaque.ts';
import { openAiChat } from '../src/dialects/openai/openai-chat.ts';
import { openAiCompletions } from '../src/dialects/openai/openai-completions.ts';
import { openAiEmbeddings } from '../src/dialects/openai/openai-embeddings.ts';
import { openAiImages } from '../src/dialects/openai/openai-images.ts';
import { openAiResponses } from '../src/dialects/openai/openai-responses.ts';
import { openAiSpeech } from '../src/dialects/openai/openai-speech.ts';
import { openAiTranscriptions } from '../src/dialects/openai/openai-transcriptions.ts';

export interface Sample {
  readonly dialect: Dialect;
  url(streamed: boolean): string;
}

const at = (url: string, dialect: Dialect): Sample => ({ dialect, url: () => url });
const geminiUrl = (streamed: boolean) => `/v1beta/models/m:${streamed ? 'streamGenerateContent' : 'generateContent'}`;

export const SAMPLES: Readonly<Record<string, Sample>> = {
  'anthropic-messages': at('/v1/messages', anthropicMessages),
  gemini: { dialect: gemini, url: geminiUrl },
  'gemini-embeddings': at('/v1beta/models/m:embedContent', geminiEmbeddings),
  opaque: at('/v1beta/interactions', opaqueOf(gemini)),
  'openai-chat': at('/v1/chat/completions', openAiChat),
  'openai-completions': at('/v1/completions', openAiCompletions),
  'openai-embeddings': at('/v1/embeddings', openAiEmbeddings),
  'openai-images': at('/v1/images/generations', openAiImages),
  'openai-responses': at('/v1/responses', openAiResponses),
  'openai-speech': at('/v1/audio/speech', openAiSpeech),
  'openai-transcriptions': at('/v1/audio/transcriptions', openAiTranscriptions),
};
