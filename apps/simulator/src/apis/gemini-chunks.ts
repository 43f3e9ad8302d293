// An answer as the chunks of a Gemini stream, or as the one response that says the same.
import { textOf, wordsOf } from '../text.ts';
import type { Answer, Take } from './api.ts';
import { TOLD_TO_FAIL } from './asking.ts';
import { countsOf } from './counts.ts';
import { padded } from './frame.ts';
import { geminiError } from './gemini-error.ts';
import type { GeminiFraming } from './gemini-framing.ts';
import { seatsOf, type UsagePlace } from './gemini-usage.ts';

/** What the request says that the answer depends on. */
export interface Asked {
  readonly promptLength: number;
  /** The first function that was offered: the one to be called. */
  readonly tool: string;
}

export function geminiAnswer(take: Take, asked: Asked, framing: GeminiFraming): Answer {
  const { script } = take;
  const seats = seatsOf(script.usage as UsagePlace, countsOf(script, asked));
  const finishReason = script.reason ?? 'STOP';
  const text = textOf(script.size);
  const calls = script.tools ? [functionCall(script, asked.tool)] : [];
  const chunk = (value: unknown) => framing.next() + framing.chunk(value);
  const saying = (words: string, share: number) => responseOf(take, [{ text: words }], {}, seats.token(share));
  const finish = (parts: readonly unknown[]) => responseOf(take, parts, { finishReason }, seats.last());
  return {
    opening: () => [],
    token: (at) => [chunk(saying(text(at), Math.min(1, (at + 1) / script.tokens)))],
    huge: (bytes) => {
      const before = framing.next();
      return [padded(bytes, (words) => before + framing.chunk(saying(words, 1)))];
    },
    finish: () => [chunk(finish(script.tools ? calls : [{ text: '' }]))],
    usage: () => [],
    done: framing.end,
    error: () => [chunk(geminiError({ status: 503, message: TOLD_TO_FAIL })), ...framing.end()],
    body: () => `${JSON.stringify(finish([{ text: wordsOf(script) }, ...calls]), null, 2)}\n`,
  };
}

function responseOf({ id, name }: Take, parts: readonly unknown[], end: object, usage: object) {
  const candidate = { content: { parts, role: 'model' }, ...end, index: 0 };
  return { candidates: [candidate], ...usage, modelVersion: name, responseId: id };
}

/** Its arguments hold what looks like usage, as a model's may. */
function functionCall(script: Take['script'], name: string) {
  return { functionCall: { name, args: { text: wordsOf(script), usageMetadata: { totalTokenCount: 1 } } } };
}
