// Whether one glob takes all that another one takes: a rule behind it would never be asked.

/** Never true where it is not so. `*` of the other one stands for any text, and only a `*` takes that. */
export function covers(glob: string, other: string): boolean {
  return takesAll(plain(glob), plain(other));
}

/** Letters match in either case, and `*?*` is `?*`. */
const plain = (glob: string): string =>
  glob.toLowerCase().replace(/[*?]+/g, (run) => run.replaceAll('*', '').concat(run.includes('*') ? '*' : ''));

/** `reachable[n]`: what was read of the glob so far may have taken the first n characters of the other one. */
function takesAll(glob: string, other: string): boolean {
  let reachable = [true, ...Array.from(other, () => false)];
  for (const sign of glob) {
    const next = sign === '*' ? [...reachable] : reachable.map(() => false);
    for (let at = 0; at < other.length; at += 1) {
      if (sign === '*') next[at + 1] ||= next[at] === true;
      else if (reachable[at] && takes(sign, other[at])) next[at + 1] = true;
    }
    reachable = next;
  }
  return reachable[other.length] === true;
}

const takes = (sign: string, character: string | undefined): boolean =>
  character !== '*' && (sign === '?' || sign === character);
