// The gateway's line to the queue and the register beside it: both are written over it, it answers soon or not at all,
// and it never queues up for later what it could not write now.
import type { Completion } from '@weir/ledger/completion';
import type { Register } from '../register/register.ts';

export interface Line {
  readonly register: Register;
  /** Resolves when the first connection stands, or has been waited for long enough. */
  connected(): Promise<void>;
  /** On the queue when it resolves. The id deduplicates while the job exists; afterwards the row's primary key does. */
  add(completion: Completion): Promise<void>;
  close(): Promise<void>;
}

export interface LineOptions {
  /** How long one answer may take. */
  readonly patienceMs: number;
  readonly onError: (error: Error) => void;
  /** A new connection stands, to a server that may have forgotten what it was told over the last one. */
  readonly onForgotten: () => void;
}
