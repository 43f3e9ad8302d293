// The port through which a request's two records leave the gateway. Owns: that each is durable when its verb resolves,
// and that no opening is left without a completion, whatever dies. Does not own: what is in them, or who takes them on.
import type { Completion } from '@weir/ledger/completion';
import type { Opening } from '@weir/ledger/opening';

export interface Outbox {
  /** Before upstream is asked. Rejects where nothing can keep it: then upstream must not be asked. */
  open(opening: Opening): Promise<void>;
  /**
   * Resolves once the completion is durable, with the very one that is. It never rejects while the process lives. What
   * is true may change while nothing can keep it, so each attempt asks for the completion anew. Where `compose` throws,
   * the opening is closed as an `internal` error.
   */
  close(compose: () => Completion, opening: Opening): Promise<Completion>;
  /** Upstream was never asked after all: this opening is to have no row. */
  withdraw(opening: Opening): Promise<void>;
  /** For the process's end. Resolves with how many completions were kept by nothing but this process, and are lost. */
  shutdown(): Promise<number>;
}
