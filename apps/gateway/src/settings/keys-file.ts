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
  const lineOf = new Map<string, number>();
  const keys: GatewayKey[] = [];
  for (const [at, line] of linesOf(text)) {
    const read = readLine(line);
    const earlier = typeof read === 'string' ? undefined : lineOf.get(read.key);
    if (typeof read === 'string') problems.push(`line ${at}: ${read}`);
    else if (earlier !== undefined) problems.push(`line ${at}: is the same key as in line ${earlier}`);
    else {
      lineOf.set(read.key, at);
      keys.push(read);
    }
  }
  if (problems.length === 0 && keys.length === 0) problems.push('holds no key');
  if (problems.length > 0) throw new SettingsError(problems.map((problem) => `GATEWAY_KEYS_FILE: ${file}: ${problem}`));
  return keys;
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
