// Finds the gateway's own keys in what a caller sent, wherever in a text they stand. A client may put its key in more places
// than the one where it counts, and no provider is to see it there.
import type { Admission } from './admission.ts';

// No honest request has as many in all that is searched; and each costs a comparison with every key.
const MOST_WORDS = 128;

/** For one request: whether this text may hold a key. Where too much was searched already, any text may. */
export function keySearch({ demandsKeys, isGatewayKey }: Admission): (text: string) => boolean {
  if (!demandsKeys) return () => false;
  let left = MOST_WORDS;
  return function mayHoldKey(text) {
    const words = wordsIn(text);
    left -= words.length;
    return left < 0 || words.some(isGatewayKey);
  };
}

/** All that may be a key: behind a scheme or a name, in quotes or not. A key may hold such signs itself. */
function wordsIn(text: string): readonly string[] {
  const parts = text.split(/["',;\s]+/);
  const behindNames = parts.map((part) => part.slice(part.indexOf('=') + 1));
  const words = [text.trim(), ...text.split(/[\s,]+/), ...parts, ...behindNames, ...text.split(/["'=,;\s]+/)];
  return [...new Set(words)].filter((word) => word !== '');
}
