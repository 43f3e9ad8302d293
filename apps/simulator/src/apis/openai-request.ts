// What OpenAI's chat and text completions are asked in the same words.
import type { Body } from './api.ts';
import { bad } from './asking.ts';

export function choicesIn({ n = 1 }: Body): number {
  if (!Number.isInteger(n) || (n as number) < 1 || (n as number) > 128) throw bad('n must be from 1 to 128', 'n');
  return n as number;
}

export function includesUsage(body: Body): boolean {
  const options = body['stream_options'] as { include_usage?: unknown } | null | undefined;
  return options?.include_usage === true;
}
