import { Buffer } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import { INDEXED_LENGTH } from '@weir/ledger/completion';
import { WeirError } from '../../errors.ts';
import { textOf } from './header-text.ts';

const asSent = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
const read = (value: string) => textOf({ 'x-weir-user': value }, 'x-weir-user');

function refusalOf(value: string): string {
  try {
    read(value);
  } catch (error) {
    if (error instanceof WeirError) return `${error.status} ${error.code}: ${error.message}`;
  }
  return 'none';
}

describe("a header's text", () => {
  test('is UTF-8, though headers come as Latin-1', () => {
    expect(read(asSent('José 苹果 🍏'))).toBe('José 苹果 🍏');
  });

  test('that is not UTF-8 is Latin-1', () => {
    expect(read('Jos\u00e9')).toBe('José');
  });

  test('is null where there is none', () => {
    expect(textOf({}, 'x-weir-user')).toBeNull();
    expect(read('')).toBeNull();
  });

  test('is as long as the ledger keeps it, or refused by its name and its limit, and the refusal does not repeat it', () => {
    for (const character of ['x', 'é']) {
      expect(read(asSent(character.repeat(INDEXED_LENGTH)))).toBe(character.repeat(INDEXED_LENGTH));
      expect(refusalOf(asSent(character.repeat(INDEXED_LENGTH + 1)))).toBe(
        '400 invalid_request: `x-weir-user` must not be longer than 512 characters.',
      );
    }
  });
});
