// What the worker counts of the rows that it writes. Names and meanings are part of what operators build upon.
import type { Entry, Posted } from '@weir/ledger/ledger';
import { UNPRICED } from '@weir/ledger/unpriced';
import { Counter, Histogram, type Registry } from 'prom-client';

export interface WorkerMetrics {
  posted(entries: readonly Entry[], posted: Posted): void;
  deadLettered(): void;
}

export function createWorkerMetrics(registry: Registry): WorkerMetrics {
  const registers = [registry];
  const rows = new Counter({
    name: 'weir_ledger_rows_total',
    help: 'Entries posted to the ledger: written (new), replaced (a provisional row made true), known (delivered before)',
    labelNames: ['outcome'],
    registers,
  });
  const batches = new Histogram({
    name: 'weir_ledger_batch_entries',
    help: 'Entries in one insert',
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
    registers,
  });
  const lag = new Histogram({
    name: 'weir_ledger_lag_seconds',
    help: 'From the end of a request to its row',
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 30, 60, 300, 1800, 3600],
    registers,
  });
  const deadLetters = new Counter({
    name: 'weir_dead_letters_total',
    help: 'Completions kept as failed jobs: npm run dead-letters lists them',
    registers,
  });

  const countUnpriced = createUnpricedCounter(registry);

  const posted = (entries: readonly Entry[], outcomes: Posted) => {
    batches.observe(entries.length);
    for (const outcome of ['written', 'replaced', 'known'] as const) rows.inc({ outcome }, outcomes[outcome]);
    const now = Date.now();
    for (const { finishedAt } of entries) lag.observe((now - Date.parse(finishedAt)) / 1000);
    const replays = new Set(outcomes.replays);
    for (const { id, unpriced } of entries) {
      const reason = replays.has(id) ? 'replay' : unpriced;
      if (reason !== null) countUnpriced(reason);
    }
  };
  return { posted, deadLettered: () => deadLetters.inc() };
}

// Nobody bills what the simulator says: there is nothing to mend.
const COUNTED: readonly string[] = UNPRICED.filter((reason) => reason !== 'simulated');
const OTHER = 'other'; // a newer gateway's

function createUnpricedCounter(registry: Registry): (reason: string) => void {
  const counter = new Counter({
    name: 'weir_unpriced_total',
    help: 'Entries posted without a cost, by the reason in their column unpriced; without those of the simulator',
    labelNames: ['reason'],
    registers: [registry],
  });
  for (const reason of COUNTED) counter.inc({ reason }, 0);
  return (reason) => {
    if (reason !== 'simulated') counter.inc({ reason: COUNTED.includes(reason) ? reason : OTHER });
  };
}
