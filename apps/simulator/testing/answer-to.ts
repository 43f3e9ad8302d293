// What an API answers to a model and a body, without any HTTP: for tests.

import type { Answer, Api, Asking } from '../src/apis/api.ts';
import { scriptReader } from '../src/script.ts';

interface Asked extends Partial<Omit<Asking, 'body'>> {
  readonly body: Record<string, unknown>;
  readonly id?: string;
  readonly streamed?: boolean;
}

export function askingFor({ path = '', query = new URLSearchParams(), body }: Asked): Asking {
  return { path, query, body };
}

export function answerTo(api: Api, model: string, asked: Asked): Answer {
  const { name, script } = scriptReader(api)(model, asked.streamed ?? true);
  const take = { id: asked.id ?? `${api.idPrefix}1`, createdAt: new Date(1_790_000_000_999), name, script };
  return api.read(askingFor(asked))(take);
}

/** The JSON of a frame's data. */
export function dataOf(frame: string | undefined) {
  return JSON.parse(/^data: (.*)$/m.exec(frame ?? '')?.[1] ?? '');
}

/** All frames of an answer of so many tokens, in the order of a good end. */
export function framesOf(answer: Answer, tokens: number): string[] {
  const opening = answer.opening();
  const spoken = Array.from({ length: tokens }, (_, at) => answer.token(at)).flat();
  return [...opening, ...spoken, ...answer.finish(), ...answer.usage(), ...answer.done()];
}
