// What OpenAI's usage objects say beyond the columns, in chat's words and in those of the other endpoints, and what xAI
// and OpenRouter add to them.
import { countIn, type JsonObject, objectIn } from './count-in.ts';
import type { Details, Modalities } from './details.ts';

export function openAiDetails(usage: JsonObject): Details {
  const input = objectIn(usage, 'prompt_tokens_details', 'input_tokens_details', 'input_token_details');
  const output = objectIn(usage, 'completion_tokens_details', 'output_tokens_details', 'output_token_details');
  const units = {
    ...unit('web_searches', countIn(objectIn(usage, 'server_tool_use_details'), 'web_search_requests')),
    ...unit('sources', countIn(usage, 'num_sources_used')),
  };
  return {
    input: modalitiesIn(input),
    cached: modalitiesIn(objectIn(input, 'cached_tokens_details')),
    output: modalitiesIn(output),
    ...(Object.keys(units).length > 0 && { units }),
  };
}

const modalitiesIn = (details: JsonObject): Modalities => ({
  audio: countIn(details, 'audio_tokens'),
  image: countIn(details, 'image_tokens'),
  video: countIn(details, 'video_tokens'),
});

const unit = (name: string, count: number | undefined) => (count === undefined || count === 0 ? {} : { [name]: count });
