// How Gemini's chunks go over the wire: as server-sent events, or as the elements of one JSON array, written with line
// breaks and set apart as Google does.

export interface GeminiFraming {
  /** What stands before the next chunk. */
  next(): string;
  chunk(value: unknown): string;
  /** What stands after the last chunk. */
  end(): readonly string[];
}

/** JSON on one line, with a space after each colon. */
export function eventFraming(): GeminiFraming {
  return { next: () => 'data: ', chunk: (value) => `${spaced(value)}\n\n`, end: () => [] };
}

export function arrayFraming(): GeminiFraming {
  let begun = false;
  return {
    next: () => {
      const before = begun ? '\n,\r\n' : '[';
      begun = true;
      return before;
    },
    chunk: (value) => JSON.stringify(value, null, 2),
    end: () => [begun ? '\n]\n' : '[]\n'],
  };
}

function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}: ${spaced(member)}`);
  return `{${members.join()}}`;
}
