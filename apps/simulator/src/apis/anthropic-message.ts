// The message object, which Anthropic sends as a body and, still empty, in its first event.
import type { Take } from './api.ts';

interface Said {
  readonly content: readonly unknown[];
  readonly stopReason: string | null;
  readonly usage: Record<string, unknown>;
}

export function messageOf({ id, name }: Take, { content, stopReason, usage }: Said): Record<string, unknown> {
  const whose = { id, type: 'message', role: 'assistant', model: name };
  return { ...whose, content, stop_reason: stopReason, stop_sequence: null, ...usage };
}
