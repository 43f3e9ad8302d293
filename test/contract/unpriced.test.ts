// The reasons for which a row has no cost: code, docs, the view and the alert must say the same.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { UNPRICED } from '@weir/ledger/unpriced';

const textOf = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** What a price could mend, or somebody must look at. */
const MENDABLE = ['model', 'tier', 'tool', 'rate', 'bill', 'amount'];

describe('why a row has no cost', () => {
  test('is told in the docs, in the same order', () => {
    const [, table = ''] =
      /^\| `unpriced` \| why \| what helps \|\n(.*?)\n\n/ms.exec(textOf('docs/providers.md')) ?? [];
    expect([...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, reason]) => reason)).toEqual([...UNPRICED]);
  });

  test('is told in the table of the row', () => {
    const [row = ''] = /^\| `unpriced` \|.*$/m.exec(textOf('README.md')) ?? [];
    for (const reason of UNPRICED) expect(row).toContain(`\`${reason}\``);
  });

  test('is listed and alerted of where it can be mended', () => {
    const view = textOf('prisma/migrations/20261130100000_unpriced_models/migration.sql');
    const [, listed = ''] = /"unpriced" IN \((.*?)\)/.exec(view) ?? [];
    expect(listed.match(/\w+/g)).toEqual(MENDABLE);
    const [, alerted = ''] = /weir_unpriced_total\{reason=~"(.*?)"\}/.exec(textOf('infra/prometheus/alerts.yml')) ?? [];
    expect(alerted.split('|')).toEqual(MENDABLE);
    expect(UNPRICED.slice(0, MENDABLE.length)).toEqual(MENDABLE);
  });
});
