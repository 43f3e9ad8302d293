import { expect, test } from '@jest/globals';
import { completionSchema } from '@weir/ledger/completion';
import { reasonOf } from './parse-failure.ts';

const reasonFor = (record: unknown) => {
  const { error } = completionSchema.safeParse(record);
  if (error === undefined) throw new Error('this record parses');
  return reasonOf(error);
};

test('names fields and rules, the first five of them', () => {
  expect(reasonFor({ version: 3, id: 'x' })).toMatch(
    /^version: Invalid option: expected one of 1\|2; id: Invalid UUID; .+; and \d+ more$/,
  );
});

test('names a record that is not one', () => {
  expect(reasonFor('words')).toBe('record: Invalid input: expected object, received string');
});

test('never quotes a value', () => {
  const secret = 'what the caller asked';
  const everything = Object.fromEntries(Object.keys(completionSchema.shape).map((field) => [field, secret]));
  expect(reasonFor({ ...everything, usage: [secret], tags: { a: 1 } })).not.toContain(secret);
  expect(reasonFor(secret)).not.toContain(secret);
});
