// Entries → rows, one insert a batch. A batch that is refused is halved until the entry that is at fault stands alone:
// that one is refused, the others are written.
import { RecordRefused, RetryLater } from '@weir/infra/consume';
import { type Entry, EntryRefused, type Ledger } from '@weir/ledger/ledger';
import type { WorkerMetrics } from './metrics.ts';

/** Answers, entry by entry, undefined or what stood in its way. */
export type Post = (entries: readonly Entry[]) => Promise<readonly (Error | undefined)[]>;

export function createPost(ledger: Ledger, metrics: WorkerMetrics): Post {
  const post: Post = async (entries) => {
    try {
      metrics.posted(entries, await ledger.post(entries));
      return entries.map(() => undefined);
    } catch (error) {
      if (error instanceof RetryLater) return entries.map(() => error);
      if (entries.length === 1) return [obstacleOf(error)];
      const half = Math.ceil(entries.length / 2);
      return [...(await post(entries.slice(0, half))), ...(await post(entries.slice(half)))];
    }
  };
  return post;
}

/** A refusal is final; what has no name may be a fault of ours that passes. */
function obstacleOf(error: unknown): Error {
  return error instanceof EntryRefused ? new RecordRefused(error.message) : (error as Error);
}
