// How a response is spoken: as a message, or as a function call. An event here has no sequence number yet.
import type { Take } from './api.ts';

export type Event = { readonly type: string } & Readonly<Record<string, unknown>>;

export interface Speech {
  /** From the item's beginning to the first delta. */
  readonly opening: readonly Event[];
  readonly delta: (words: string) => Event;
  /** From the last delta to the item's end, when those words were said. */
  readonly closing: (words: string) => readonly Event[];
  readonly item: (words: string) => Record<string, unknown>;
}

export function speechOf({ id, script }: Take, tool: string): Speech {
  const status = script.reason === undefined ? 'completed' : 'incomplete';
  return script.tools ? functionCall({ id, tool, status }) : message(id, status);
}

function message(id: string, status: string): Speech {
  const item_id = `msg_${id}`;
  const place = { item_id, output_index: 0, content_index: 0 };
  const part = (text: string) => ({ type: 'output_text', annotations: [], logprobs: [], text });
  const item = (content: unknown[], itemStatus = status) => {
    return { id: item_id, type: 'message', status: itemStatus, content, role: 'assistant' };
  };
  return {
    opening: [
      { type: 'response.output_item.added', output_index: 0, item: item([], 'in_progress') },
      { type: 'response.content_part.added', ...place, part: part('') },
    ],
    delta: (delta) => ({ type: 'response.output_text.delta', delta, ...place, logprobs: [] }),
    closing: (text) => [
      { type: 'response.output_text.done', text, ...place, logprobs: [] },
      { type: 'response.content_part.done', ...place, part: part(text) },
      { type: 'response.output_item.done', output_index: 0, item: item([part(text)]) },
    ],
    item: (text) => item([part(text)]),
  };
}

// The fragments add up to the JSON object {"text":"…"}, so the words are escaped twice.
function functionCall({ id, tool, status }: { id: string; tool: string; status: string }): Speech {
  const place = { item_id: `fc_${id}`, output_index: 0 };
  const call = { call_id: `call_${id}`, name: tool };
  const item = (args: string, itemStatus = status) => {
    return { id: place.item_id, type: 'function_call', status: itemStatus, arguments: args, ...call };
  };
  const fragment = (delta: string) => ({ type: 'response.function_call_arguments.delta', delta, ...place });
  const argumentsOf = (words: string) => JSON.stringify({ text: words });
  return {
    opening: [
      { type: 'response.output_item.added', output_index: 0, item: item('', 'in_progress') },
      fragment('{"text":"'),
    ],
    delta: (words) => fragment(JSON.stringify(words).slice(1, -1)),
    closing: (words) => [
      fragment('"}'),
      { type: 'response.function_call_arguments.done', arguments: argumentsOf(words), ...place },
      { type: 'response.output_item.done', output_index: 0, item: item(argumentsOf(words)) },
    ],
    item: (words) => item(argumentsOf(words)),
  };
}
