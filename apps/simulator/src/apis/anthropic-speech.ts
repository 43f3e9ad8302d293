// How an Anthropic message is spoken: as text, or as the use of a tool.
import type { Take } from './api.ts';

export interface Speech {
  /** The content block at its beginning, and whole. */
  readonly begun: Record<string, unknown>;
  readonly whole: (words: string) => Record<string, unknown>;
  readonly delta: (words: string) => Record<string, unknown>;
  /** The deltas that must be said before the first words, and after the last. */
  readonly opening: readonly Record<string, unknown>[];
  readonly closing: readonly Record<string, unknown>[];
  readonly stopReason: string;
}

export function speechOf({ id, script }: Take, tool: string): Speech {
  const speech = script.tools ? toolUse(`toolu_${id}`, tool) : TEXT;
  return { ...speech, stopReason: script.reason ?? speech.stopReason };
}

const TEXT: Speech = {
  begun: { type: 'text', text: '' },
  whole: (text) => ({ type: 'text', text }),
  delta: (text) => ({ type: 'text_delta', text }),
  opening: [],
  closing: [],
  stopReason: 'end_turn',
};

// The fragments add up to the JSON object {"text":"…"}, so the words are escaped twice.
function toolUse(id: string, name: string): Speech {
  const use = (input: Record<string, unknown>) => ({ type: 'tool_use', id, name, input });
  const fragment = (partial_json: string) => ({ type: 'input_json_delta', partial_json });
  return {
    begun: use({}),
    whole: (text) => use({ text }),
    delta: (words) => fragment(JSON.stringify(words).slice(1, -1)),
    opening: [fragment('{"text":"')],
    closing: [fragment('"}')],
    stopReason: 'tool_use',
  };
}
