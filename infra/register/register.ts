// The port to the register of open requests: what stands in it was begun, and its completion is not on the queue yet. Each
// gateway writes its own openings and its heartbeat; the worker's reaper reads those of gateways whose heart stood still.
import type { Opening } from '@weir/ledger/opening';

export interface Register {
  /** Durable when it resolves. The same opening may come again. */
  open(opening: Opening): Promise<void>;
  /** One that is not there is no error. */
  retire(gateway: string, id: string): Promise<void>;
  /** Counts one up: that the number stands still, not what it is, tells that a gateway is gone. */
  beat(gateway: string): Promise<void>;
  /** Forgets the heartbeat; what the gateway left open stays. */
  leave(gateway: string): Promise<void>;
  /** Every gateway that has a heartbeat or an opening here, with its number of beats so far (0: it never beat). */
  gateways(): Promise<ReadonlyMap<string, number>>;
  /** As many as asked for, as they were put in; whoever reads them checks them. */
  openingsOf(gateway: string, atMost: number): Promise<readonly unknown[]>;
  close(): Promise<void>;
}
