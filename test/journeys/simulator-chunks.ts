// The frames that the simulator must have sent, written out by hand: with the id and the time that its answer named.
import type { RawAnswer } from '../support/raw-http.ts';

export const OPENING =
  '[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}]';
export const FINISH = '[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}]';
export const DONE = 'data: [DONE]\n\n';

export const say = (words: string) =>
  `[{"index":0,"delta":{"content":${JSON.stringify(words)}},"logprobs":null,"finish_reason":null}]`;

export interface Chunks {
  readonly opening: string;
  readonly finish: string;
  token(words: string): string;
  frame(choices: string, members?: string): string;
}

export function chunksOf({ text }: Pick<RawAnswer, 'text'>): Chunks {
  const [, id, created] = /data: \{"id":"(chatcmpl-sim-[0-9a-f]{8}-\d+)".*?"created":(\d+)/.exec(text) ?? [];
  const head = `data: {"id":"${id}","object":"chat.completion.chunk","created":${created},"model":"sim","system_fingerprint":"fp_sim","choices":`;
  const frame = (choices: string, members = '') => `${head}${choices}${members}}\n\n`;
  return { opening: frame(OPENING), finish: frame(FINISH), token: (words) => frame(say(words)), frame };
}
