// What the reaper counts: gateways as it sees them, and what became of the openings that they left.
import { Counter, Gauge, type Registry } from 'prom-client';

export interface ReaperMetrics {
  /** Undefined: the register did not answer, and nobody knows. */
  gateways(seen: { readonly alive: number; readonly gone: number } | undefined): void;
  unreadable(count: number): void;
  reaped(count: number): void;
}

export function createReaperMetrics(registry: Registry): ReaperMetrics {
  const registers = [registry];
  const gateways = new Gauge({
    name: 'weir_gateways',
    help: 'Gateways in the register, as this worker sees them: gone ones have left requests open that are not reaped yet',
    labelNames: ['state'],
    registers,
  });
  const unreadable = new Gauge({
    name: 'weir_openings_unreadable',
    help: 'Requests that gone gateways left open and this version cannot read: they wait for a newer worker',
    registers,
  });
  const reaped = new Counter({
    name: 'weir_reaped_total',
    help: 'Requests that gone gateways left open, put on the queue as gateway_lost: one that two workers found counts in both',
    registers,
  });
  return {
    gateways(seen) {
      gateways.reset();
      for (const state of seen === undefined ? [] : (['alive', 'gone'] as const))
        gateways.set({ state }, seen?.[state] ?? 0);
    },
    unreadable: (count) => unreadable.set(count),
    reaped: (count) => reaped.inc(count),
  };
}
