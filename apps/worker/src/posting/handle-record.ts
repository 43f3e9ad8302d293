// What is done with one record from the queue: parsed, priced, and posted in a batch with others. What does not parse, or
// is refused, is a dead letter with its reason.
import { createBatcher } from '@weir/infra/batcher';
import { NOT_JSON, RecordRefused, RetryLater } from '@weir/infra/consume';
import type { Log } from '@weir/infra/log';
import { completionSchema } from '@weir/ledger/completion';
import type { Entry } from '@weir/ledger/ledger';
import { priceOf } from '@weir/ledger/prices';
import type { WorkerMetrics } from './metrics.ts';
import { reasonOf } from './parse-failure.ts';
import type { Post } from './post.ts';

interface HandlerDeps {
  readonly post: Post;
  readonly batchSize: number;
  readonly metrics: WorkerMetrics;
  readonly log: Log;
}

// While one batch is written, the jobs of the other are ticked off and the next ones come in.
export const LANES = 2;
const LINGER_MS = 5;

export function createHandler({ post, batchSize, metrics, log }: HandlerDeps) {
  const batcher = createBatcher<Entry>({ size: batchSize, lanes: LANES, lingerMs: LINGER_MS, settle: post });
  return async (record: unknown, id: string): Promise<void> => {
    try {
      await batcher.add(entryOf(record));
    } catch (error) {
      if (error instanceof RecordRefused) {
        metrics.deadLettered();
        log.warn({ id, reason: error.message }, 'completion.refused');
      } else if (!(error instanceof RetryLater)) {
        log.error({ id, error }, 'completion.failed');
      }
      throw error;
    }
  };
}

function entryOf(record: unknown): Entry {
  if (record === NOT_JSON) throw new RecordRefused('its data is no JSON');
  const parsed = completionSchema.safeParse(record);
  if (!parsed.success) throw new RecordRefused(reasonOf(parsed.error));
  return { ...parsed.data, ...priceOf(parsed.data) };
}
