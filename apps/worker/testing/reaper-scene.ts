// What a reaper works on, in memory: a register, a queue that takes each id once, and the ledger behind it. Each call can be
// made to fail, and a call that the reaper has no business with is not there.
import type { Log } from '@weir/infra/log';
import type { Completion } from '@weir/ledger/completion';
import type { Opening } from '@weir/ledger/opening';
import { createMemoryLedger } from '@weir/ledger/testing/memory-ledger';
import { anOpening } from '@weir/ledger/testing/records';
import { createReaper } from '../src/reaper/reaper.ts';

const GONE_AFTER_MS = 15_000;

export const opening = (own: Partial<Opening> = {}): Opening => anOpening({ gateway: 'dead', ...own });

type Call = 'gateways' | 'openingsOf' | 'retire' | 'leave' | 'addBulk';

export class Scene {
  readonly beats = new Map<string, number>();
  readonly openings = new Map<string, Map<string, unknown>>();
  readonly jobs = new Map<string, Completion>();
  readonly ledger = createMemoryLedger();
  /** Asked before each call: it may throw, or wait. */
  before: (call: Call, ...args: readonly unknown[]) => Promise<void> | void = () => {};
  readonly events: { event: string; fields: Record<string, unknown> }[] = [];
  readonly seen = { gateways: undefined as object | undefined, unreadable: 0, reaped: 0 };
  readonly stop = new AbortController();

  readonly register = {
    gateways: async () => {
      await this.before('gateways');
      const names = new Set([...this.beats.keys(), ...this.openings.keys()]);
      return new Map([...names].map((gateway) => [gateway, this.beats.get(gateway) ?? 0]));
    },
    openingsOf: async (gateway: string, atMost: number) => {
      await this.before('openingsOf', gateway);
      return [...(this.openings.get(gateway)?.values() ?? [])].slice(0, atMost);
    },
    retire: async (gateway: string, id: string) => {
      await this.before('retire', id);
      this.openings.get(gateway)?.delete(id);
      if (this.openings.get(gateway)?.size === 0) this.openings.delete(gateway);
    },
    leave: async (gateway: string, beats?: number) => {
      await this.before('leave', gateway, beats);
      if (beats === undefined || beats === this.beats.get(gateway)) this.beats.delete(gateway);
    },
  };

  readonly queue = {
    addBulk: async (jobs: readonly { data: Completion; opts?: { jobId?: string } }[]) => {
      await this.before('addBulk');
      for (const { data, opts } of jobs) {
        const id = opts?.jobId ?? '';
        if (!this.jobs.has(id)) this.jobs.set(id, data);
      }
      return [];
    },
  };

  /** One more worker's reaper. */
  reaper() {
    const note = (fields: Record<string, unknown> | string, event?: string) =>
      void this.events.push(
        typeof fields === 'string' ? { event: fields, fields: {} } : { event: event ?? '', fields },
      );
    return createReaper({
      register: this.register,
      queue: this.queue as never,
      goneAfterMs: GONE_AFTER_MS,
      metrics: {
        gateways: (gateways) => Object.assign(this.seen, { gateways }),
        unreadable: (unreadable) => Object.assign(this.seen, { unreadable }),
        reaped: (count) => Object.assign(this.seen, { reaped: this.seen.reaped + count }),
      },
      log: { info: note, warn: note } as unknown as Log,
      stopping: this.stop.signal,
    });
  }

  open(gateway: string, records: readonly unknown[]): void {
    const ids = records.map((record) => (record as { id?: unknown } | null)?.id);
    const entries = records.map((record, at) => [String(ids[at] ?? `no-id-${at}`), record] as const);
    this.openings.set(gateway, new Map([...(this.openings.get(gateway) ?? []), ...entries]));
  }

  beat(gateway: string): void {
    this.beats.set(gateway, (this.beats.get(gateway) ?? 0) + 1);
  }

  /** What a worker does with the queue: each job becomes a row, and is forgotten. */
  async consume(): Promise<readonly Completion[]> {
    await this.ledger.post(
      [...this.jobs.values()].map((data) => ({ ...data, cost: null, costSource: null, price: null })),
    );
    this.jobs.clear();
    return this.ledger.rows();
  }

  /** What stands in the register still, of any gateway. */
  left(): unknown[] {
    return [...this.openings.values()].flatMap((of) => [...of.values()]);
  }

  said(event: string): Record<string, unknown>[] {
    return this.events.filter((one) => one.event === event).map(({ fields }) => fields);
  }
}
