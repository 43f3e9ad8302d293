// How long to wait before a process that ended is replaced: not at all, unless it is one of a row that ended early.

const EARLY_MS = 10_000;
const FIRST_MS = 500;
const LONGEST_MS = 30_000;

export function createPauses(): (ageMs: number) => number {
  let inARow = 0;

  return (ageMs) => {
    inARow = ageMs < EARLY_MS ? inARow + 1 : 0;
    return inARow < 2 ? 0 : Math.min(FIRST_MS * 2 ** (inARow - 2), LONGEST_MS);
  };
}
