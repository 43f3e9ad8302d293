// OpenAI's images: reads `POST /v1/images/generations`, `/edits` and `/variations`, and says as many as are asked for, or one
// in parts, as events.
import { textOf } from '../text.ts';
import type { Answer, Api, Asking, Question, Take } from './api.ts';
import { promptLengthOf, targetInBody } from './asking.ts';
import { type Counts, countsOf } from './counts.ts';
import { padded } from './frame.ts';
import { errorEvent, event, MEDIA } from './media.ts';
import { choicesIn } from './openai-request.ts';

const PROMPT = ['prompt'];
const IMAGE = { size: '1024x1024', quality: 'high', background: 'opaque', output_format: 'png' };

export const openaiImages: Api = {
  ...MEDIA,
  name: 'Images',
  idPrefix: 'img_sim-',
  streamedBy: '"stream": true',
  usages: { terminal: 'in the body, or beside the finished image', never: 'nowhere: images are all there is to count' },
  prompt: PROMPT,
  target: targetInBody,
  read,
};

interface Asked {
  readonly images: number;
  readonly promptLength: number;
  /** `image_generation`, or `image_edit`. */
  readonly kind: string;
}

function read({ path, body }: Pick<Asking, 'path' | 'body'>): Question {
  const kind = path.endsWith('/edits') ? 'image_edit' : 'image_generation';
  const asked = { images: choicesIn(body), promptLength: promptLengthOf(body, PROMPT), kind };
  return (take) => answerOf(take, asked);
}

function answerOf({ createdAt, script }: Take, { images, promptLength, kind }: Asked): Answer {
  const created = Math.floor(createdAt.getTime() / 1000);
  const told = script.usage === 'never' ? {} : { usage: usageOf(countsOf(script, { promptLength })) };
  const picture = textOf(script.size);
  const image = (b64_json: string) => ({ b64_json, created_at: created, ...IMAGE });
  const partial = (at: number, b64_json: string) =>
    event(`${kind}.partial_image`, { ...image(b64_json), partial_image_index: at });
  const none = () => [];
  return {
    opening: none,
    token: (at) => [partial(at, picture(at))],
    huge: (bytes) => [padded(bytes, (words) => partial(0, words))],
    finish: none,
    usage: none,
    done: () => [event(`${kind}.completed`, { ...image(picture(0)), ...told })],
    error: () => [errorEvent()],
    body: () => JSON.stringify({ created, data: Array(images).fill({ b64_json: picture(0) }), ...IMAGE, ...told }),
  };
}

function usageOf({ input, output }: Counts): Record<string, unknown> {
  return {
    input_tokens: input,
    input_tokens_details: { text_tokens: input, image_tokens: 0 },
    output_tokens: output,
    total_tokens: input + output,
  };
}
