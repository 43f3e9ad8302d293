// The script language in words, for `--help`: made from the tables that define it, so that it cannot lag behind them.
import { ENDINGS } from './endings.ts';
import { spelled } from './script.ts';
import type { Traits } from './traits.ts';
import { type Vocabulary, vocabularyOf, type Word } from './words.ts';

/** The defaults shown are those of the first; what differs elsewhere stands with each. */
export function languageHelp(all: readonly Traits[]): string {
  return [
    '  The model of a request says how it is answered:',
    '    NAME           in the name of that model, from the default script: gpt-4o',
    '    NAME;SCRIPT    in the name of that model, from this script: gpt-4o-mini;tokens=50,end=reset',
    '    sim:SCRIPT     in the name of "sim", from this script: sim:tokens=50,every=20',
    '  A script is words with commas between them and no spaces. A word that is not known is refused with 400.',
    '',
    ...Object.entries(vocabularyOf(all[0] ?? NO_API)).map(([key, word]) => wordLine(key as keyof Vocabulary, word)),
    '',
    ...Object.entries(ENDINGS).map(([name, { help }]) => line(`end=${name}`, help)),
    ...all.flatMap((api) => ['', ...traitLines(api)]),
  ].join('\n');
}

const NO_API = { usages: {} };

function traitLines({ name, usages, lacks = [], defaults = {} }: Traits): string[] {
  const others = Object.entries(defaults).map(([word, value]) => `${spelled(word)}=${value} unless said`);
  const missing = lacks.length === 0 ? [] : [`without ${lacks.join(' ')}`];
  return [
    `  ${[name, ...others, ...missing].join('; ')}`,
    ...Object.entries(usages).map(([place, help]) => line(`usage=${place}`, help)),
  ];
}

function wordLine(key: keyof Vocabulary, word: Word<unknown>): string {
  const value = word.takes === '' ? '' : '=';
  const unsaid = word.takes === '' || word.fallback === undefined || key === 'usage';
  const fallback = unsaid ? '' : ` (default ${String(word.fallback)})`;
  const choices = word.takes.startsWith('one of') && !['end', 'usage'].includes(key) ? `: ${word.takes}` : '';
  return line(`${spelled(key)}${value}`, `${word.help}${choices}${fallback}`);
}

function line(what: string, meaning: string): string {
  return `    ${what.padEnd(20)} ${meaning}`;
}
