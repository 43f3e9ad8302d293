// The gateway's side of the queue and of the register beside it: both are written through it. It answers soon or not at
// all, and it never queues up for later what it could not write now.
import type { Completion } from '@weir/ledger/completion';
import type { Register } from '../register/register.ts';

export interface QueueWriter {
  /** What gateways write in it. */
  readonly register: Pick<Register, 'open' | 'retire' | 'beat' | 'leave' | 'count'>;
  /** Resolves when the first connection stands, or has been waited for long enough. */
  connected(): Promise<void>;
  /** On the queue when it resolves. The id deduplicates while the job exists; afterwards the row's primary key does. */
  add(completion: Completion): Promise<void>;
  close(): Promise<void>;
}

export interface QueueWriterOptions {
  /** How long one answer may take. */
  readonly timeoutMs: number;
  readonly onError: (error: Error) => void;
  /**
   * The server may have forgotten what it was told: a new connection stands, or the number that a heartbeat reached does
   * not follow on the last one. In the latter case this is said before that beat is answered.
   */
  readonly onForgotten: () => void;
}
