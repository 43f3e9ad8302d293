// An answer as the chunks of OpenAI's chat stream. What is the same in every frame is written once a stream.
import { textOf } from '../text.ts';
import type { Answer, Take } from './api.ts';
import { TOLD_TO_FAIL } from './asking.ts';
import { countsOf } from './counts.ts';
import { padded, sse } from './frame.ts';
import { speechOf } from './openai-chat-speech.ts';
import { seatsOf, type UsagePlace } from './openai-chat-usage.ts';
import { OPENAI_ERROR_FRAME } from './openai-error.ts';

/** What the request says that the answer depends on. */
export interface Asked {
  readonly choices: number;
  /** In characters of JSON. */
  readonly promptLength: number;
  /** Whether `stream_options.include_usage` was true. */
  readonly usage: boolean;
  /** The first tool that was offered: the one to be called. */
  readonly tool: string;
}

const GROQ_ERROR = { message: TOLD_TO_FAIL, type: 'invalid_request_error', code: 'tool_use_failed', status_code: 400 };

export function chatFrames(take: Take, asked: Asked): Omit<Answer, 'body'> {
  const { script } = take;
  const seats = seatsOf(script.usage as UsagePlace, countsOf(script, asked), asked);
  const speech = speechOf(take, asked.tool);
  const text = textOf(script.size);
  const chunk = chunkWriter(take);
  const indexes = [...Array(asked.choices).keys()];
  const last = asked.choices - 1;
  const reason = JSON.stringify(speech.finishReason);
  const deltas = (delta: string, share: number) => indexes.map((at) => chunk(choice(at, delta), seats.token(share)));
  return {
    opening: () => indexes.map((at) => chunk(choice(at, speech.opening), seats.opening(at))),
    token: (at) => deltas(speech.delta(text(at)), Math.min(1, (at + 1) / script.tokens)),
    huge: (bytes) => [padded(bytes, (words) => chunk(choice(0, speech.delta(words)), seats.token(1)))],
    finish: () => [
      ...speech.closing.flatMap((delta) => deltas(delta, 1)),
      ...indexes.map((at) => chunk(choice(at, '{}', reason, seats.inChoice(at)), seats.finish(at === last))),
    ],
    usage: () => seats.after.map((frame) => chunk(frame.choices, frame.members)),
    done: () => ['data: [DONE]\n\n'],
    error: () => [OPENAI_ERROR_FRAME],
    errorEvent: () => [sse(JSON.stringify({ error: GROQ_ERROR }), 'error')],
  };
}

function chunkWriter({ id, name, createdAt }: Take): (choices: string, members: string) => string {
  const created = Math.floor(createdAt.getTime() / 1000);
  const same = { id, object: 'chat.completion.chunk', created, model: name, system_fingerprint: 'fp_sim' };
  const head = `data: ${JSON.stringify(same).slice(0, -1)},"choices":`;
  return (choices, members) => `${head}${choices}${members}}\n\n`;
}

function choice(index: number, delta: string, finishReason = 'null', members = ''): string {
  return `[{"index":${index},"delta":${delta},"logprobs":null,"finish_reason":${finishReason}${members}}]`;
}
