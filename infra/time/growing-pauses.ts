// How long to wait before each further try of what may be away for long: twice as long each time, up to a limit.

export function growingPauses(firstMs: number, longestMs: number): () => number {
  let nextMs = firstMs;
  return () => {
    const ms = nextMs;
    nextMs = Math.min(ms * 2, longestMs);
    return ms;
  };
}
