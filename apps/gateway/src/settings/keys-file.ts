// The file that GATEWAY_KEYS_FILE names → keys: one a line, bare or as `name=key`; `#` begins a line that is a comment. A
// problem is named with its line, and never with what stands there: it may be a key.
import { SettingsError } from '@weir/infra/settings';

export interface GatewayKey {
  /** Whose it is, where the operator said so. */
  readonly name: string | null;
  readonly key: string;
}

const NAMED = /^([\w.-]+)=(.*)$/;
// A comma would make one header of two keys out of one key.
const KEY = /^(?!=+$)[\x21-\x2b\x2d-\x7e]+$/;
const KEY_IS = 'ASCII without spaces and commas';

export function parseKeysFile(text: string, file: string): readonly GatewayKey[] {
  const problems: string[] = [];
  const keys: Placed[] = [];
  for (const [at, line] of linesOf(text)) {
    const read = readLine(line);
    const flaw = typeof read === 'string' ? read : flawBeside(read, keys);
    if (flaw !== null) problems.push(`line ${at}: ${flaw}`);
    else if (typeof read !== 'string') keys.push({ ...read, at });
  }
  if (problems.length === 0 && keys.length === 0) problems.push('holds no key');
  if (problems.length > 0) throw new SettingsError(problems.map((problem) => `GATEWAY_KEYS_FILE: ${file}: ${problem}`));
  return keys.map(({ name, key }) => ({ name, key }));
}

type Placed = GatewayKey & { readonly at: number };

/** Two keys of one name would be one caller to whoever reads the log, and two in the rows. */
function flawBeside({ name, key }: GatewayKey, earlier: readonly Placed[]): string | null {
  const same = earlier.find((other) => other.key === key);
  if (same !== undefined) return `is the same key as in line ${same.at}`;
  const alike = name === null ? undefined : earlier.find((other) => other.name === name);
  if (alike === undefined) return null;
  return `has the same name as line ${alike.at}: each key needs a name of its own, also while one takes the place of another`;
}

function linesOf(text: string): [at: number, line: string][] {
  const lines = text.replace(/^\ufeff/, '').split('\n');
  return lines
    .map((line, index): [number, string] => [index + 1, line.trim()])
    .filter(([, line]) => line !== '' && !line.startsWith('#'));
}

/** Or what is wrong with it. A line with `=` has a name: a bare key that ends so would be taken for half of one. */
function readLine(line: string): GatewayKey | string {
  const [, name = null, key = line] = NAMED.exec(line) ?? [];
  if (KEY.test(key) && (name !== null || !line.includes('='))) return { name, key };
  if (!line.includes('=')) return `must be a key, ${KEY_IS}, or name=key`;
  return name === null
    ? 'must be name=key, and a name has letters, digits and ._- only'
    : `must have a key after the name, ${KEY_IS}; a key with = in it needs a name before it`;
}
