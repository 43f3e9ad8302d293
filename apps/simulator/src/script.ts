// Turns a model's name into the name to answer with and the script to answer from. `NAME` has the default script,
// `NAME;SCRIPT` its own, and `sim:SCRIPT` is short for `sim;SCRIPT`. Nothing unknown is passed over.
import { finaleOf } from './endings.ts';
import type { Traits } from './traits.ts';
import { type Vocabulary, vocabularyOf, type Word } from './words.ts';

export type Script = { readonly [K in keyof Vocabulary]: Vocabulary[K] extends Word<infer T> ? T : never };

export type ReadModel = (model: string, streamed: boolean) => Part;

interface Part {
  /** The model that the answer names. */
  readonly name: string;
  readonly script: Script;
}

export class ScriptError extends Error {
  override readonly name = 'ScriptError';
}

/** A reader of names for an API with these traits. */
export function scriptReader(traits: Traits): ReadModel {
  const words = vocabularyOf(traits);
  const vocabulary = new Map(Object.entries(words).map(([key, word]) => [spelled(key), { key, word }]));
  return (model, streamed) => {
    const [name, text] = splitModel(model);
    const said = text.split(',').filter((part) => part !== '');
    refuseLacking(said, traits);
    const script = readWords(vocabulary, said);
    refuseNonsense(script, streamed, traits);
    return { name, script };
  };
}

/** As a word stands in a script: `hugeFrame` is `huge-frame`. */
export function spelled(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function splitModel(model: string): [name: string, script: string] {
  if (model.startsWith('sim:')) return ['sim', model.slice('sim:'.length)];
  const [name = '', ...rest] = model.split(';');
  return [name, rest.join(';')];
}

function refuseLacking(said: readonly string[], { name, lacks = [] }: Traits): void {
  for (const part of said) {
    const lacking = lacks.find((lack) => lack === part || lack === part.split('=')[0]);
    if (lacking !== undefined) throw new ScriptError(`"${lacking}" makes no sense in ${name}.`);
  }
}

function readWords(vocabulary: Map<string, { key: string; word: Word<unknown> }>, said: readonly string[]): Script {
  const values = Object.fromEntries([...vocabulary.values()].map(({ key, word }) => [key, word.fallback]));
  for (const part of said) {
    const [spelling = '', ...rest] = part.split('=');
    const known = vocabulary.get(spelling);
    if (known === undefined) throw unknownWord(spelling, [...vocabulary.keys()]);
    values[known.key] = readValue(spelling, known.word, rest.length === 0 ? undefined : rest.join('='));
  }
  return values as Script;
}

function readValue(spelling: string, word: Word<unknown>, value: string | undefined): unknown {
  if (word.takes === '') {
    if (value === undefined) return word.read('');
    throw new ScriptError(`"${spelling}" stands alone in a script, without a value.`);
  }
  const read = value === undefined ? undefined : word.read(value);
  if (read !== undefined) return read;
  throw new ScriptError(`"${spelling}" takes ${word.takes}, as in ${spelling}=…, not "${value ?? ''}".`);
}

function unknownWord(spelling: string, known: readonly string[]): ScriptError {
  return new ScriptError(`"${spelling}" is no word of the script language. Known: ${known.join(', ')}.`);
}

function refuseNonsense(script: Script, streamed: boolean, { name, streamedBy }: Traits): void {
  if (script.status !== undefined && script.end !== 'done' && script.end !== 'garbage') {
    throw new ScriptError(`"status" is an ending of its own: it goes with no end but garbage, not "${script.end}".`);
  }
  if (finaleOf(script, streamed) === undefined) {
    const hint = streamedBy === null ? `${name} has none` : `ask with ${streamedBy}`;
    throw new ScriptError(`end=${script.end} is an ending of streams: ${hint}.`);
  }
}
