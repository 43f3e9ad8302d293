// What differs between the providers of the Vercel AI SDK, and what is asked of each.
import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import type { LanguageModel } from 'ai';

export interface Provider {
  readonly name: string;
  readonly modelName: string;
  readonly dialect: string;
  readonly endpoints: { readonly streamed: string; readonly whole: string };
  readonly finishReasons: { readonly text: string; readonly tools: string };
  /** Whether its streams have a terminal frame. */
  readonly terminal: boolean;
  /** Whether trailing metadata comes in its streams, as a comment. */
  readonly comments: boolean;
  /** Whether usage stays in its streams, whatever is stripped. */
  readonly keepsUsage: boolean;
  model(gateway: { url: string; key: string; fetch: typeof fetch }): (name: string) => LanguageModel;
}

const everywhere = (path: string) => ({ streamed: path, whole: path });
const openAi = { modelName: 'gpt-4o', terminal: true, comments: true };

export const PROVIDERS: readonly Provider[] = [
  {
    ...openAi,
    name: 'OpenAI chat',
    dialect: 'openai-chat',
    endpoints: everywhere('/v1/chat/completions'),
    finishReasons: { text: 'stop', tools: 'tool_calls' },
    keepsUsage: false,
    model: ({ url, key, fetch }) => createOpenAI({ baseURL: `${url}/v1`, apiKey: key, fetch }).chat,
  },
  {
    ...openAi,
    name: 'OpenAI Responses',
    dialect: 'openai-responses',
    endpoints: everywhere('/v1/responses'),
    finishReasons: { text: 'completed', tools: 'completed' },
    keepsUsage: true,
    model: ({ url, key, fetch }) => createOpenAI({ baseURL: `${url}/v1`, apiKey: key, fetch }).responses,
  },
  {
    name: 'Anthropic',
    modelName: 'claude-sonnet-4-5',
    dialect: 'anthropic-messages',
    endpoints: everywhere('/v1/messages'),
    finishReasons: { text: 'end_turn', tools: 'tool_use' },
    terminal: true,
    comments: true,
    keepsUsage: true,
    model: ({ url, key, fetch }) => createAnthropic({ baseURL: `${url}/v1`, apiKey: key, fetch }),
  },
  {
    name: 'Google',
    modelName: 'gemini-2.5-flash',
    dialect: 'gemini',
    endpoints: {
      streamed: '/v1beta/models/{model}:streamGenerateContent',
      whole: '/v1beta/models/{model}:generateContent',
    },
    finishReasons: { text: 'STOP', tools: 'STOP' },
    terminal: false,
    comments: false,
    keepsUsage: true,
    model: ({ url, key, fetch }) => createGoogleGenerativeAI({ baseURL: `${url}/v1beta`, apiKey: key, fetch }),
  },
];
