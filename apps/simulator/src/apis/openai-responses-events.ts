// An answer as the events of OpenAI's Responses stream, numbered in the order in which they are asked for.
import { textOf, wordsOf } from '../text.ts';
import type { Answer, Take } from './api.ts';
import { TOLD_TO_FAIL } from './asking.ts';
import { padded, sse } from './frame.ts';
import { type Asked, responseWriter } from './openai-responses-object.ts';
import { type Event, speechOf } from './openai-responses-speech.ts';

const ERROR = { type: 'server_error', code: 'server_error', message: TOLD_TO_FAIL, param: null };

export function responseEvents(take: Take, asked: Asked): Omit<Answer, 'body'> {
  const { script } = take;
  const response = responseWriter(take, asked);
  const speech = speechOf(take, asked.tool);
  const text = textOf(script.size);
  const words = (hugeFrame: number) => wordsOf({ tokens: script.tokens, size: script.size, hugeFrame });
  let hugeWords = 0;
  let sequence = 0;
  const number = () => sequence++;
  const frames = (...events: readonly Event[]) => events.map((event) => frameOf(event, number()));
  return {
    opening: () => {
      const begun = ['response.created', 'response.in_progress'].map((type) => ({ type, response: response.begun() }));
      return frames(...begun, ...speech.opening);
    },
    token: (at) => frames(speech.delta(text(at))),
    huge: (bytes) => {
      const at = number();
      return [
        padded(bytes, (said) => {
          hugeWords = said.length;
          return frameOf(speech.delta(said), at);
        }),
      ];
    },
    finish: () => frames(...speech.closing(words(hugeWords))),
    usage: () => [],
    done: () => {
      const type = script.reason === undefined ? 'response.completed' : 'response.incomplete';
      return frames({ type, response: response.ended(speech.item(words(hugeWords))) });
    },
    error: () => [failure('error', number(), { error: ERROR })],
    errorEvent: () => frames({ type: 'error', code: ERROR.code, message: ERROR.message, param: null }),
    failed: () => [failure('response.failed', number(), { response: response.failed() })],
  };
}

function frameOf(event: Event, sequence: number): string {
  return sse(JSON.stringify({ ...event, sequence_number: sequence }), event.type);
}

/** As it is recorded, the number first; the documented error is flat. */
function failure(type: string, sequence: number, members: object): string {
  return sse(JSON.stringify({ type, sequence_number: sequence, ...members }), type);
}
