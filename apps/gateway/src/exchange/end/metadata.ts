// What a client that asked for it is told at the end of its answer: the row's own numbers, where unknown stays null.
import type { Completion } from '@weir/ledger/completion';
import { priceOf } from '@weir/ledger/prices';

export interface Metadata {
  readonly request_id: string;
  readonly status: string;
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  /** USD as a decimal string. Null as well where only the ledger knows which row has the cost. */
  readonly cost: string | null;
  readonly currency: 'USD';
  readonly ttft_ms: number | null;
  readonly duration_ms: number;
}

export function metadataOf(completion: Completion): Metadata {
  return {
    request_id: completion.id,
    status: completion.status,
    input_tokens: knownOf(completion, completion.inputTokens),
    output_tokens: knownOf(completion, completion.outputTokens),
    cost: completion.billedOnce === null ? priceOf(completion).cost : null,
    currency: 'USD',
    ttft_ms: completion.ttftMs,
    duration_ms: completion.durationMs,
  };
}

/** Where a usage was believed by half, a zero may be the other half: it is not known. */
function knownOf({ usageSource, unpriced }: Completion, tokens: number): number | null {
  const unknown = usageSource === 'none' || (unpriced === 'usage' && tokens === 0);
  return unknown ? null : tokens;
}

/** The same for an answer that is no stream: `x-weir-input-tokens` and so on; what is unknown has no header. */
export function metadataHeaders(metadata: Metadata): Record<string, string> {
  const known = Object.entries(metadata).filter(([, value]) => value !== null);
  return Object.fromEntries(known.map(([name, value]) => [`x-weir-${name.replaceAll('_', '-')}`, String(value)]));
}
