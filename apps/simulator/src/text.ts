// What the simulator says: the same text every time. By the word it holds characters of one to four bytes and one that
// JSON escapes; by size it is plain ASCII, so that bytes and characters are the same.
import type { Script } from './script.ts';

const WORDS = ['A', ' weir', ' (堰)', ' lets', ' the', ' stream', ' through', ',', ' and', ' measures', ' it', '.'];
const CYCLE = [...WORDS, ' 🌊', '\n'];
const SENTENCE = 'A weir lets the stream through and measures it. ';

/** The text of each token by its place, of exactly `size` bytes where a size is given. */
export function textOf(size: number | undefined): (at: number) => string {
  if (size === undefined) return (at) => CYCLE[at % CYCLE.length] as string;
  const ribbon = SENTENCE.repeat(Math.ceil(size / SENTENCE.length) + 1);
  return (at) => {
    const from = (at * size) % SENTENCE.length;
    return ribbon.slice(from, from + size);
  };
}

/** All that an answer says, as one text. */
export function wordsOf({ tokens, size, hugeFrame = 0 }: Pick<Script, 'tokens' | 'size' | 'hugeFrame'>): string {
  const text = textOf(size);
  return Array.from({ length: tokens }, (_, at) => text(at)).join('') + 'x'.repeat(hugeFrame);
}
