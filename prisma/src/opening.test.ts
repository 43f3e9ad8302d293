import { describe, expect, test } from '@jest/globals';
import { anOpening } from '../testing/records.ts';
import { completionSchema } from './completion.ts';
import { lostCompletion, type Opening, openingSchema } from './opening.ts';

const opening = anOpening({ billed: false });

const accepts = (value: unknown) => openingSchema.safeParse(value).success;

describe('an opening', () => {
  test('that is whole passes unchanged', () => {
    expect(openingSchema.parse(opening)).toEqual(opening);
  });

  test('survives the register, which speaks JSON', () => {
    expect(openingSchema.parse(JSON.parse(JSON.stringify(opening)))).toEqual(opening);
  });

  test('may leave out whether it is billed, and nothing else', () => {
    for (const name of Object.keys(opening)) {
      const { [name as keyof Opening]: _, ...without } = opening;
      expect([name, accepts(without)]).toEqual([name, name === 'billed']);
    }
  });

  test('of another version, or with what does not belong to it, is refused', () => {
    expect(accepts({ ...opening, version: 3 })).toBe(false);
    expect(accepts({ ...opening, unpriced: null })).toBe(false);
    expect(accepts({ ...opening, status: 'ok' })).toBe(false);
    expect(accepts({ ...opening, prompt: 'Hello' })).toBe(false);
  });

  test('of version 1 is read as one of version 2', () => {
    expect(openingSchema.parse({ ...opening, version: 1 })).toEqual(opening);
  });

  test.each([[null], ['an opening'], [[opening]], [{}]])('is not to be had from %j', (value) => {
    expect(accepts(value)).toBe(false);
  });

  test('loses the characters that the ledger cannot store', () => {
    const read = openingSchema.parse({ ...opening, modelRequested: 'a\u0000b\ud800', tags: { 'k\u0000': 'v' } });
    expect(read).toMatchObject({ modelRequested: 'ab\ufffd', tags: { k: 'v' } });
  });
});

describe('the completion of a lost opening', () => {
  const lostAt = new Date('2026-03-01T12:00:05.000Z');
  const lost = lostCompletion(opening, lostAt);

  test('passes for a completion', () => {
    expect(completionSchema.parse(lost)).toEqual(lost);
  });

  test('says all that the opening knew', () => {
    expect(lost).toMatchObject(opening);
  });

  test('says how it ended, and when', () => {
    expect(lost).toMatchObject({
      status: 'error',
      reason: 'gateway_lost',
      finishedAt: '2026-03-01T12:00:05.000Z',
      durationMs: 4750,
    });
    expect(lost.detail).toMatch(/^The gateway died .+\.$/);
  });

  test('invents nothing: what nobody knows is unknown, and its zeros are said to be', () => {
    const known = new Set([...Object.keys(opening), 'status', 'reason', 'detail', 'finishedAt', 'durationMs']);
    const rest = Object.fromEntries(Object.entries(lost).filter(([name]) => !known.has(name)));
    expect(rest['usageSource']).toBe('none');
    const { usageSource: _, ...unknown } = rest;
    for (const [name, value] of Object.entries(unknown)) {
      expect([name, [null, 0, false].includes(value as null)]).toEqual([name, true]);
    }
  });

  test('is of version 2, though an older gateway wrote the opening, and nobody parsed it', () => {
    const old = { ...opening, version: 1 } as unknown as Opening;
    expect(lostCompletion(old, lostAt)).toEqual(lost);
  });

  test('never ended before it began, whatever the clocks say', () => {
    const early = lostCompletion(opening, new Date(0));
    expect(early).toMatchObject({ finishedAt: opening.startedAt, durationMs: 0 });
    expect(completionSchema.parse(early)).toEqual(early);
  });

  test('of an opening without word on billing says nothing of it', () => {
    const { billed: _, ...silent } = opening;
    expect('billed' in lostCompletion(silent, lostAt)).toBe(false);
  });

  test('has a duration that the ledger can hold, however late it was found', () => {
    const found = lostCompletion(opening, new Date('2027-03-01T12:00:00.000Z'));
    expect(completionSchema.parse(found)).toEqual(found);
  });
});
