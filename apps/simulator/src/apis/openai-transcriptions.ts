// OpenAI's transcriptions and translations: reads `POST /v1/audio/transcriptions` and `/translations`, and says the text,
// whole or as events. Whatever was to be heard, it hears the same.
import { textOf, wordsOf } from '../text.ts';
import type { Answer, Api, Asking, Question, Take } from './api.ts';
import { promptLengthOf, targetInBody } from './asking.ts';
import { type Counts, countsOf } from './counts.ts';
import { padded } from './frame.ts';
import { errorEvent, event, MEDIA } from './media.ts';

const PROMPT = ['prompt'];
const SECONDS = 12.4;

export const openaiTranscriptions: Api = {
  ...MEDIA,
  name: 'Transcriptions',
  idPrefix: 'tr_sim-',
  streamedBy: '"stream": true',
  usages: {
    tokens: 'as tokens, in the body or the last event',
    seconds: 'as the length of what was heard: 12.4 s, or `input`',
    never: 'nowhere',
  },
  prompt: PROMPT,
  target: targetInBody,
  read,
};

function read({ body }: Pick<Asking, 'body'>): Question {
  const promptLength = promptLengthOf(body, PROMPT);
  return (take) => answerOf(take, promptLength);
}

function answerOf({ script }: Take, promptLength: number): Answer {
  const told = toldBy(script, promptLength);
  const text = textOf(script.size);
  const delta = (words: string) => event('transcript.text.delta', { delta: words });
  const none = () => [];
  return {
    opening: none,
    token: (at) => [delta(text(at))],
    huge: (bytes) => [padded(bytes, delta)],
    finish: none,
    usage: none,
    done: () => [event('transcript.text.done', { text: wordsOf(script), ...told })],
    error: () => [errorEvent()],
    body: () => JSON.stringify({ text: wordsOf(script), ...told }),
  };
}

function toldBy(script: Take['script'], promptLength: number): Record<string, unknown> {
  if (script.usage === 'never') return {};
  if (script.usage === 'seconds') return { usage: { type: 'duration', seconds: script.input ?? SECONDS } };
  return { usage: usageOf(countsOf(script, { promptLength })) };
}

function usageOf({ input, output }: Counts): Record<string, unknown> {
  return {
    type: 'tokens',
    input_tokens: input,
    input_token_details: { text_tokens: 0, audio_tokens: input },
    output_tokens: output,
    total_tokens: input + output,
  };
}
