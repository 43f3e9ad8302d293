// An answer as the events of Anthropic's stream.
import { textOf } from '../text.ts';
import { ANTHROPIC_ERROR_FRAME } from './anthropic-error.ts';
import { messageOf } from './anthropic-message.ts';
import { speechOf } from './anthropic-speech.ts';
import { seatsOf, type UsagePlace } from './anthropic-usage.ts';
import type { Answer, Take } from './api.ts';
import { countsOf } from './counts.ts';
import { padded, sse } from './frame.ts';

/** What the request says that the answer depends on. */
export interface Asked {
  readonly promptLength: number;
  /** The first tool that was offered: the one to be called. */
  readonly tool: string;
}

// Anthropic's objects end in spaces, of any number, and its pings are written by another hand than the rest.
const SPACES: Readonly<Record<string, number>> = {
  message_start: 8,
  content_block_start: 5,
  content_block_delta: 2,
  content_block_stop: 1,
  message_delta: 8,
  message_stop: 7,
};
const PING = sse('{"type": "ping"}', 'ping');

export function messageEvents(take: Take, asked: Asked): Omit<Answer, 'body'> {
  const { script } = take;
  const seats = seatsOf(script.usage as UsagePlace, countsOf(script, asked));
  const speech = speechOf(take, asked.tool);
  const text = textOf(script.size);
  const delta = (of: Record<string, unknown>) => event('content_block_delta', { index: 0, delta: of });
  return {
    opening: () => [
      event('message_start', { message: messageOf(take, { content: [], stopReason: null, usage: seats.start }) }),
      event('content_block_start', { index: 0, content_block: speech.begun }),
      PING,
      ...speech.opening.map(delta),
    ],
    token: (at) => [delta(speech.delta(text(at)))],
    huge: (bytes) => [padded(bytes, (words) => delta(speech.delta(words)))],
    finish: () => [
      ...speech.closing.map(delta),
      event('content_block_stop', { index: 0 }),
      event('message_delta', { delta: { stop_reason: speech.stopReason, stop_sequence: null }, ...seats.delta }),
    ],
    usage: () => [],
    done: () => [event('message_stop', {})],
    error: () => [ANTHROPIC_ERROR_FRAME],
  };
}

function event(type: string, members: Record<string, unknown>): string {
  const json = JSON.stringify({ type, ...members });
  return sse(`${json.slice(0, -1)}${' '.repeat(SPACES[type] ?? 0)}}`, type);
}
