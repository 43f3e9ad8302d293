// How an OpenAI chat answer is spoken: as prose, or as the arguments of a tool call; in deltas, or as one message.
import type { Take } from './api.ts';

export interface Speech {
  /** Deltas, in JSON: the first, one for some words, and those that must still be said before the finish. */
  readonly opening: string;
  readonly delta: (words: string) => string;
  readonly closing: readonly string[];
  readonly message: (words: string) => Record<string, unknown>;
  readonly finishReason: string;
}

export function speechOf({ id, script }: Take, tool: string): Speech {
  const speech = script.tools ? toolCall(`call_${id}`, tool) : PROSE;
  return { ...speech, finishReason: script.reason ?? speech.finishReason };
}

const PROSE: Speech = {
  opening: '{"role":"assistant","content":"","refusal":null}',
  delta: (words) => `{"content":${JSON.stringify(words)}}`,
  closing: [],
  message: (words) => ({ role: 'assistant', content: words, refusal: null }),
  finishReason: 'stop',
};

// The fragments add up to the JSON object {"text":"…"}, so the words are escaped twice.
function toolCall(id: string, name: string): Speech {
  const call = (args: string) => ({ id, type: 'function', function: { name, arguments: args } });
  const fragment = (json: string) => `{"tool_calls":[{"index":0,"function":{"arguments":${JSON.stringify(json)}}}]}`;
  const start = { index: 0, ...call('{"text":"') };
  return {
    opening: JSON.stringify({ role: 'assistant', content: null, tool_calls: [start] }),
    delta: (words) => fragment(JSON.stringify(words).slice(1, -1)),
    closing: [fragment('"}')],
    message: (words) => ({
      role: 'assistant',
      content: null,
      refusal: null,
      tool_calls: [call(JSON.stringify({ text: words }))],
    }),
    finishReason: 'tool_calls',
  };
}
