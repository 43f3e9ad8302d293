import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { type Fixture, readFixtures } from '../../../../test/fixtures/fixtures.ts';

const page = new URL('../../../../docs/providers.md', import.meta.url);
const REGION = /(?<=<!-- fixtures: begin[^\n]*-->\n).*(?=<!-- fixtures: end -->)/s;
const COLUMNS = [
  'Provider',
  'API',
  'Usage comes from',
  'Input',
  'Cached',
  'Written',
  'Output',
  'Reasoning',
  'Total',
  'Ends',
  'Terminal frame',
  'Of note',
];

test('the table in docs/providers.md is what the fixtures give (UPDATE_DOCS=1 writes it)', () => {
  const before = readFileSync(page, 'utf8');
  expect(before).toMatch(REGION);
  const after = before.replace(REGION, () => `\n${tableOf(readFixtures())}\n`);
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(page, after);
  else expect(before).toBe(after);
});

function tableOf(fixtures: readonly Fixture[]): string {
  const rule = COLUMNS.map((column) =>
    /^(Input|Cached|Written|Output|Reasoning|Total)$/.test(column) ? '--:' : '---',
  );
  return [COLUMNS, rule, ...fixtures.map(rowOf)].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

function rowOf({ name, kind, provider, api, usageFrom, note = '', expected }: Fixture): string[] {
  const counts = [
    expected.inputTokens,
    expected.cachedInputTokens,
    expected.cacheWriteTokens,
    expected.outputTokens,
    expected.reasoningTokens,
    expected.totalTokens,
  ];
  const known = expected.usageSource !== 'none';
  return [
    `[${provider}](../test/fixtures/${name}.${kind})`,
    api,
    usageFrom,
    ...counts.map((count) => (known ? String(count) : '–')),
    [expected.reason ?? expected.status, ...(expected.usageSource === 'partial' ? ['partial'] : [])].join(', '),
    expected.terminalSeen ? 'yes' : 'no',
    sentenceOf(note),
  ];
}

/** Written alike: no full stop, and a capital, unless it begins with a name. */
const sentenceOf = (note: string): string =>
  note.replace(/\.$/, '').replace(/^[a-z](?=[a-z]*[ ,])/, (letter) => letter.toUpperCase());
