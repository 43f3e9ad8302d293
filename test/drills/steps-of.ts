// A module's source → the beginnings of the comments that number its steps, in their order.
import { readFileSync } from 'node:fs';

export function stepsOf(module: string): string[] {
  const source = readFileSync(new URL(`../../${module}`, import.meta.url), 'utf8');
  const steps = [...source.matchAll(/^ *(\/\/ \d+\. \S+ \S+)/gm)].map(([, words = '']) => words);
  if (steps.length === 0) throw new Error(`${module} numbers no steps`);
  return steps;
}
