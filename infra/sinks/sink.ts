// Who keeps openings and completions: the queue, or the spool while the queue is away. Each verb is durable when it
// resolves, and rejects soon where it cannot be.
import type { Completion } from '@weir/ledger/completion';
import type { Opening } from '@weir/ledger/opening';

export interface RecordSink {
  open(opening: Opening): Promise<void>;
  close(completion: Completion): Promise<void>;
  withdraw(opening: Opening): Promise<void>;
}
