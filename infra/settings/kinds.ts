// The kinds of settings there are: each says what it takes, in words, and reads it from text.
import type { Setting } from './settings.ts';

interface Declared<T> {
  readonly env: string;
  readonly help: string;
  readonly fallback: T;
  readonly bare?: string;
  readonly secret?: boolean;
}

export function integer(declared: Declared<number> & { min: number; max?: number }): Setting<number> {
  const { min, max = Number.MAX_SAFE_INTEGER, ...rest } = declared;
  const takes =
    max === Number.MAX_SAFE_INTEGER ? `a whole number from ${min} up` : `a whole number from ${min} to ${max}`;
  const read = (text: string) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? value : undefined;
  };
  return { ...rest, takes, read };
}

export const port = (declared: Declared<number>): Setting<number> => integer({ ...declared, min: 0, max: 65_535 });

// setTimeout takes 32 bits; a longer one would fire at once.
export const milliseconds = (declared: Declared<number> & { min?: number }): Setting<number> =>
  integer({ min: 1, ...declared, max: 2_147_483_647 });

export function text<T extends string | undefined>(declared: Declared<T>): Setting<T | string> {
  return { ...declared, takes: 'some text', read: (value) => value };
}

export function list(declared: Declared<readonly string[]>): Setting<readonly string[]> {
  const split = (value: string) => value.split(',').map((item) => item.trim());
  return { ...declared, takes: 'a comma-separated list', read: (value) => split(value).filter((item) => item !== '') };
}

/** A list of which each item must be what `takes` says. */
export function listOf(
  declared: Declared<readonly string[]> & { takes: string; isOne: (item: string) => boolean },
): Setting<readonly string[]> {
  const { takes, isOne, ...rest } = declared;
  const all = list(rest);
  const read = (text: string) => {
    const items = all.read(text);
    return items?.every(isOne) ? items : undefined;
  };
  return { ...rest, takes, read };
}

export function oneOf<const T extends string>(declared: Declared<T> & { values: readonly T[] }): Setting<T> {
  const { values, ...rest } = declared;
  return { ...rest, takes: `one of ${values.join(', ')}`, read: (value) => values.find((known) => known === value) };
}

const SWITCH: Record<string, boolean> = { on: true, true: true, '1': true, off: false, false: false, '0': false };

export function onOff(declared: Declared<boolean>): Setting<boolean> {
  return { ...declared, bare: 'on', takes: 'on or off', read: (value) => SWITCH[value.toLowerCase()] };
}

export function url<T extends string | undefined>(
  declared: Declared<T> & { schemes: readonly string[] },
): Setting<T | string> {
  const { schemes, ...rest } = declared;
  const takes = `a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`;
  const read = (value: string) =>
    URL.canParse(value) && schemes.includes(new URL(value).protocol.slice(0, -1)) ? value : undefined;
  return { ...rest, takes, read };
}
