// OpenAI's speech: reads `POST /v1/audio/speech`, and says something, as bytes or, with `"stream_format": "sse"`, as events.
import { textOf, wordsOf } from '../text.ts';
import type { Answer, Api, Asking, Question, Take } from './api.ts';
import { bad, promptLengthOf, targetInBody } from './asking.ts';
import { countsOf } from './counts.ts';
import { padded } from './frame.ts';
import { errorEvent, event, MEDIA } from './media.ts';

const PROMPT = ['input', 'instructions'];

export const openaiSpeech: Api = {
  ...MEDIA,
  name: 'Speech',
  idPrefix: 'sp_sim-',
  bodyType: 'audio/mpeg',
  streamedBy: '"stream_format": "sse"',
  usages: { terminal: 'in the last event; bytes say nothing', never: 'nowhere' },
  prompt: PROMPT,
  target: (asking) => ({ ...targetInBody(asking), streamed: asking.body['stream_format'] === 'sse' }),
  read,
};

function read({ body }: Pick<Asking, 'body'>): Question {
  if (typeof body['input'] !== 'string') throw bad('input must be a string', 'input');
  const promptLength = promptLengthOf(body, PROMPT);
  return (take) => answerOf(take, promptLength);
}

function answerOf({ script }: Take, promptLength: number): Answer {
  const { input, output } = countsOf(script, { promptLength });
  const usage = { input_tokens: input, output_tokens: output, total_tokens: input + output };
  const told = script.usage === 'never' ? {} : { usage };
  const sound = textOf(script.size);
  const delta = (words: string) => event('speech.audio.delta', { audio: words });
  const none = () => [];
  return {
    opening: none,
    token: (at) => [delta(Buffer.from(sound(at)).toString('base64'))],
    huge: (bytes) => [padded(bytes, delta)],
    finish: none,
    usage: none,
    done: () => [event('speech.audio.done', told)],
    error: () => [errorEvent()],
    body: () => wordsOf(script),
  };
}
