// What was found in a JSON text → the values, small enough to be parsed without anybody noticing. What is larger is
// replaced by something of its kind that is not empty.
import type { Buffer } from 'node:buffer';
import type { Found } from './picker.ts';

// Parsing costs up to a tenth of a microsecond per byte, where a text is all brackets.
const LARGEST = 65_536;
const LARGEST_OF_ALL = 524_288;

export function valueFound(found: Found, text: Buffer): unknown {
  let left = LARGEST_OF_ALL;

  function valueAt(at: Found): unknown {
    if (at.members !== null) return membersOf(at.members);
    if (at.items !== null) return at.items.map(valueAt);
    const bytes = at.end - at.start;
    if (bytes > LARGEST || bytes > left) return standInFor(at);
    left -= bytes;
    return JSON.parse(text.toString('utf8', at.start, at.end));
  }

  /** What stands at the top comes first: where there is too much, lists are what is cut short. */
  function membersOf(members: Record<string, Found>): object {
    const simplestFirst = Object.entries(members).toSorted(([, one], [, other]) => rank(one) - rank(other));
    return Object.fromEntries(simplestFirst.map(([name, found]) => [name, valueAt(found)]));
  }

  return valueAt(found);
}

const rank = ({ members, items }: Found): number => (items !== null ? 2 : members !== null ? 1 : 0);

function standInFor({ kind }: Found): unknown {
  if (kind === 'object') return { '…': true };
  if (kind === 'array') return ['…'];
  return kind === 'string' ? '…' : null;
}
