// The port to the register of open requests: what stands in it was begun, and its completion is not on the queue yet. Each
// gateway writes its own openings and its heartbeat; the worker's reaper reads those of gateways whose heart stood still.
import type { Opening } from '@weir/ledger/opening';

/** What a gateway counted of the requests of one minute, which is that of their ids. */
export interface MinuteCount {
  readonly gateway: string;
  /** Since 1970. */
  readonly minute: number;
  /** And not withdrawn: each is to have a row. */
  readonly opened: number;
  /** Of these, those whose completion is on the queue. */
  readonly closed: number;
}

export interface Register extends Counts {
  /** Durable when it resolves; when it rejects, nobody knows. The same opening may come again. */
  open(opening: Opening): Promise<void>;
  /** One that is not there is no error. */
  retire(gateway: string, id: string): Promise<void>;
  /**
   * Counts one up, and resolves with the number that it reached. That it stands still, not what it is, tells others that
   * a gateway is gone; that it does not follow on the last one tells the gateway that its register was forgotten.
   */
  beat(gateway: string): Promise<number>;
  /** Forgets the heartbeat, if it still stands at this number; what the gateway left open stays, and it stays listed. */
  leave(gateway: string, beats?: number): Promise<void>;
  /**
   * Every gateway that has a heartbeat or an opening here, with its number of beats so far (0: none, or none since it
   * left). One that has neither any more may be among them until it leaves.
   */
  gateways(): Promise<ReadonlyMap<string, number>>;
  /**
   * As many as asked for, as they were put in, in the order of their ids; where there are more, it is not said which.
   * Whoever reads them checks them.
   */
  openingsOf(gateway: string, atMost: number): Promise<readonly unknown[]>;
  close(): Promise<void>;
}

/** The gateways' counts, for whoever holds them against the ledger's rows. */
export interface Counts {
  /** The last word on each gateway's minute takes the place of the one before. */
  count(counts: readonly MinuteCount[]): Promise<void>;
  counts(): Promise<readonly MinuteCount[]>;
  /** Those that have not changed meanwhile. */
  forget(counts: readonly MinuteCount[]): Promise<void>;
}
