// The usage object of the Responses API, and of all that OpenAI has made since: chat's counts by other names.
import type { JsonObject } from '../json.ts';
import type { UsageReading } from '../usage-reading.ts';
import { openAiUsage } from './openai-usage.ts';

export const responsesUsage = (usage: JsonObject): UsageReading => ({
  ...openAiUsage(inChatTerms(usage)),
  usage: { ...usage },
});

const inChatTerms = ({ input_tokens_details, output_tokens_details, ...usage }: JsonObject): JsonObject => ({
  prompt_tokens_details: input_tokens_details,
  completion_tokens_details: output_tokens_details,
  ...usage,
});
