// OpenAI's legacy Completions. What is chat's own in chat (deltas, messages) the reader of chat does without: choices,
// usage frames, errors and `[DONE]` are the same, and `stream_options.include_usage` asks for usage here too.
import type { Dialect } from '../dialect.ts';
import { openAiChat } from './openai-chat.ts';

export const openAiCompletions: Dialect = { ...openAiChat, name: 'openai-completions' };
