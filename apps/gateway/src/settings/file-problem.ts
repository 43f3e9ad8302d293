// What is wrong with a place of the file → one line. What stands in the wrong place may be a key: it is repeated only where it
// looks like a name.
import type { z } from 'zod';

const SETTING = /^[a-z_]{1,30}$/;
const PLACE = /^[\w.-]{1,64}$/;
const VARIABLE = /^(?:[A-Z_][A-Z\d_]{0,63}|[a-z_][a-z\d_]{0,63})$/;
const PROVIDER = /^(?!sk[-_])[a-z][a-z_-]{0,29}$/i;

export function problemOf(issue: z.core.$ZodIssue): string {
  const place = issue.path.map((part) => (PLACE.test(String(part)) ? String(part) : '…')).join('.');
  return [place, issue.code === 'unrecognized_keys' ? unrecognized(issue.keys) : issue.message]
    .filter((part) => part !== '')
    .join(': ');
}

function unrecognized(keys: readonly string[]): string {
  const names = keys.map((key) => (SETTING.test(key) ? `"${key}"` : 'an unknown key'));
  return `Unrecognized ${keys.length === 1 ? 'key' : 'keys'}: ${names.join(', ')}`;
}

export const unknownProvider = (name: string): string =>
  `${PROVIDER.test(name) ? `"${name}"` : 'this'} is no provider whose prices are known: docs/providers.md lists them`;

export const unsetVariable = (name: string): string =>
  `\${${VARIABLE.test(name) ? name : '…'}} stands for a variable that is not set`;
