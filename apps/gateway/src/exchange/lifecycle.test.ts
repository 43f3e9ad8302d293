import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { REASONS } from '@weir/ledger/completion';
import { FAILURES } from '../errors.ts';
import { DETAILS } from './end/outcome.ts';

const root = new URL('../../../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const code = Object.entries(REASONS).map(([reason, status]) => `${reason} ${status}`);

describe('the reasons are the same', () => {
  test('in the code and in docs/lifecycle.md, each with its status', () => {
    const rows = [...read('docs/lifecycle.md').matchAll(/^\| `(\w+)` \| (\w+) \|/gm)];
    expect(rows.map(([, reason, status]) => `${reason} ${status}`).sort()).toEqual([...code].sort());
  });

  test('in the code and in README.md, each with its status', () => {
    const rows = [...read('README.md').matchAll(/^\|.*\| (aborted|error) \| ([a-z_; ]+) \|$/gm)];
    const named = rows.flatMap(([, status, reasons]) =>
      String(reasons)
        .split('; ')
        .map((reason) => `${reason} ${status}`),
    );
    expect(named.sort()).toEqual([...code].sort());
  });

  test('in the code and in schema.prisma', () => {
    const [, comment] =
      /Null when ok, else one of: ([^.]*)\./.exec(read('prisma/schema.prisma').replaceAll('///', '')) ?? [];
    expect(
      comment
        ?.split(',')
        .map((reason) => reason.trim())
        .sort(),
    ).toEqual(Object.keys(REASONS).sort());
  });

  test('and each of them has its exit in the picture', () => {
    const picture = read('docs/lifecycle.md').split('```')[1] ?? '';
    const missing = Object.keys(REASONS).filter((reason) => reason !== 'gateway_lost' && !picture.includes(reason));
    expect(missing).toEqual([]);
  });

  test('and each that a living gateway can give has its sentence, and each failure its status', () => {
    expect([...Object.keys(DETAILS), 'gateway_lost'].sort()).toEqual(Object.keys(REASONS).sort());
    expect(Object.keys(FAILURES).filter((reason) => !(reason in REASONS))).toEqual([]);
  });
});
