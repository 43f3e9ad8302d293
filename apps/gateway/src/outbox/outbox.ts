// The port through which a completion leaves the gateway. Owns: that it is durable when `close` resolves. Does not own:
// what is in it, or who takes it from there.
import type { Completion } from '@weir/ledger/completion';

export interface Outbox {
  /**
   * Resolves once the completion is durable, with the very one that is. It never rejects while the process lives. What
   * is true may change while the queue is away, so each attempt asks for the completion anew.
   */
  close(compose: () => Completion): Promise<Completion>;
  /** For the process's end. */
  shutdown(): Promise<void>;
}
