// An answer as the chunks of OpenAI's stream of text completions.
import { textOf } from '../text.ts';
import type { Answer, Take } from './api.ts';
import { type Counts, countsOf } from './counts.ts';
import { padded } from './frame.ts';
import { seatsOf, type UsagePlace } from './openai-chat-usage.ts';
import { OPENAI_ERROR_FRAME } from './openai-error.ts';
import { usageOf } from './openai-usage.ts';

/** What the request says that the answer depends on. */
export interface Asked {
  readonly choices: number;
  /** In characters of JSON. */
  readonly promptLength: number;
  /** Whether `stream_options.include_usage` was true. */
  readonly usage: boolean;
}

export function completionFrames(take: Take, asked: Asked): Omit<Answer, 'body'> {
  const { script } = take;
  const seats = seatsOf(script.usage as UsagePlace, countsOf(script, asked), { ...asked, told: plainUsageOf });
  const text = textOf(script.size);
  const { chunk, usageChunk } = chunkWriters(take);
  const indexes = [...Array(asked.choices).keys()];
  const last = asked.choices - 1;
  const reason = script.reason ?? 'stop';
  const texts = (words: string, share: number) => indexes.map((at) => chunk(choice(at, words), seats.token(share)));
  return {
    opening: () => [],
    token: (at) => texts(text(at), Math.min(1, (at + 1) / script.tokens)),
    huge: (bytes) => [padded(bytes, (words) => chunk(choice(0, words), seats.token(1)))],
    finish: () => indexes.map((at) => chunk(choice(at, '', reason), seats.finish(at === last))),
    usage: () => seats.after.map(({ members }) => usageChunk(members)),
    done: () => ['data: [DONE]\n\n'],
    error: () => [OPENAI_ERROR_FRAME],
  };
}

/** The frame that has only usage has its members in another order. */
function chunkWriters({ id, name, createdAt }: Take) {
  const created = Math.floor(createdAt.getTime() / 1000);
  const head = `data: ${JSON.stringify({ id, object: 'text_completion', created }).slice(0, -1)}`;
  const model = `"model":${JSON.stringify(name)}`;
  return {
    chunk: (choices: string, members: string) => `${head},"choices":${choices},${model}${members}}\n\n`,
    usageChunk: (members: string) => `${head},${model}${members},"choices":[]}\n\n`,
  };
}

function choice(index: number, text: string, finishReason: string | null = null): string {
  return JSON.stringify([{ text, index, logprobs: null, finish_reason: finishReason }]);
}

/** Without details, as OpenAI tells it here, unless there is something in them. */
export function plainUsageOf(counts: Counts): Record<string, unknown> {
  const { prompt_tokens, completion_tokens, total_tokens, ...details } = usageOf(counts);
  const detailed = counts.cached + counts.cacheWrite + counts.reasoning > 0;
  return { prompt_tokens, completion_tokens, total_tokens, ...(detailed ? details : {}) };
}
