// Completions as a gateway would send them, and how they get into the queue.
import type { CompletionQueue } from '@weir/infra/queue';
import type { Completion } from '@weir/ledger/completion';
import { aCompletion } from '@weir/ledger/testing/records';

/** What it costs is by the known price of its model. */
const USAGE = { inputTokens: 12, cachedInputTokens: 0, outputTokens: 100, totalTokens: 112 };

export function completion(own: Partial<Completion> = {}): Completion {
  const finishedAt = new Date();
  const startedAt = new Date(finishedAt.getTime() - 1200).toISOString();
  return aCompletion({ startedAt, finishedAt: finishedAt.toISOString(), priceOverride: null, ...USAGE, ...own });
}

export const completions = (count: number): Completion[] => Array.from({ length: count }, () => completion());

/** As the gateway does, under the request's id; or under another name, as a second delivery may come. */
export async function deliver(queue: CompletionQueue, sent: readonly Completion[], again = ''): Promise<void> {
  await queue.addBulk(sent.map((data) => ({ name: 'completion', data, opts: { jobId: `${data.id}${again}` } })));
}
