import { expect, test } from '@jest/globals';
import { scriptReader } from '../script.ts';
import { countsOf } from './counts.ts';
import { openaiChat } from './openai-chat.ts';
import { usageOf } from './openai-usage.ts';

const scriptOf = (words: string) => scriptReader(openaiChat)(`sim:${words}`, true).script;

test('the numbers follow from the request and from what is sent', () => {
  expect(countsOf(scriptOf('tokens=5,reasoning=3'), { promptLength: 41, choices: 2 })).toEqual({
    input: 11,
    cached: 0,
    cacheWrite: 0,
    output: 13,
    reasoning: 3,
  });
});

test('the numbers are what the script says, even where a part is more than its whole', () => {
  const script = scriptOf('input=7,cached=161,cache-write=2,output=10,reasoning=11');
  expect(usageOf(countsOf(script, { promptLength: 2, choices: 1 }))).toEqual({
    prompt_tokens: 7,
    completion_tokens: 10,
    total_tokens: 17,
    prompt_tokens_details: { cached_tokens: 161, cache_write_tokens: 2, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 11,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  });
});
