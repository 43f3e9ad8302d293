import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { APIS } from './apis/apis.ts';
import { openaiChat } from './apis/openai-chat.ts';
import { ENDINGS } from './endings.ts';
import { languageHelp } from './language.ts';
import { spelled } from './script.ts';
import { vocabularyOf } from './words.ts';

const docs = readFileSync(new URL('../../../docs/simulator.md', import.meta.url), 'utf8');
const words = Object.keys(vocabularyOf(openaiChat)).map(spelled);

test.each([
  ['## Words', words],
  ['## Endings', Object.keys(ENDINGS)],
  ...APIS.map(({ name, usages }) => [`### ${name}`, Object.keys(usages)] as const),
])('the table under %s in docs/simulator.md names exactly what there is', (heading, names) => {
  expect(namesUnder(heading).toSorted()).toEqual(names.toSorted());
});

test.each(APIS)('docs/simulator.md says what $name refuses', ({ name, lacks = [] }) => {
  const row = docs.split('\n').find((line) => line.startsWith(`| ${name} `) && line.includes('`end=failed`'));
  const refused = [...(row ?? '').matchAll(/`([\w=-]+)`/g)].map(([, lack]) => lack as string);
  expect(refused.toSorted()).toEqual([...lacks].toSorted());
});

test('--help explains every word and ending, and every place of usage of every API', () => {
  const named = [...languageHelp(APIS).matchAll(/^ {4}([a-z][\w=-]*)/gm)].map(([, name]) => name);
  const expected = [
    ...words.map((word) => (['tools', 'comments'].includes(word) ? word : `${word}=`)),
    ...Object.keys(ENDINGS).map((name) => `end=${name}`),
    ...APIS.flatMap(({ usages }) => Object.keys(usages).map((name) => `usage=${name}`)),
  ];
  expect(named.filter((name) => name !== 'sim')).toEqual(expected);
});

test('--help names what an API refuses, and where its defaults are others', () => {
  const help = languageHelp(APIS);
  expect(help).toContain('  Responses\n');
  expect(help).toContain('  Completions; without tools end=error-event end=failed\n');
  expect(help).toContain('  Gemini; eol=crlf unless said; without ');
});

function namesUnder(heading: string): string[] {
  const section = docs.split(`${heading}\n`)[1]?.split(/\n##+ /)[0] ?? '';
  return [...section.matchAll(/^\| `([\w-]+)/gm)].map(([, name]) => name as string);
}
