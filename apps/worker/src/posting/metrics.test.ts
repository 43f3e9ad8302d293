import { expect, test } from '@jest/globals';
import type { Entry } from '@weir/ledger/ledger';
import { aCompletion } from '@weir/ledger/testing/records';
import { Registry } from 'prom-client';
import { createWorkerMetrics } from './metrics.ts';

const entry = (unpriced: string | null): Entry => ({
  ...aCompletion({ unpriced }),
  cost: unpriced === null ? '1' : null,
  costSource: unpriced === null ? 'known' : null,
  price: null,
});

test('what has no cost is counted by its reason, save what the simulator said', async () => {
  const registry = new Registry();
  const metrics = createWorkerMetrics(registry);
  const entries = ['model', 'tier', null, 'model', 'simulated', 'a newer reason'].map(entry);
  metrics.posted(entries, { written: 6, replaced: 0, known: 0, replays: [] });
  const counted = await registry.getSingleMetric('weir_unpriced_total')?.get();
  const values = counted?.values.map(({ labels, value }) => [labels['reason'], value]);
  expect(Object.fromEntries(values ?? [])).toEqual({
    model: 2,
    tier: 1,
    tool: 0,
    rate: 0,
    bill: 0,
    amount: 0,
    usage: 0,
    unreported: 0,
    replay: 0,
    other: 1,
  });
});

test('what the ledger finds to be a replay is counted as one, whatever it was before', async () => {
  const registry = new Registry();
  const entries = [null, null, 'model'].map((unpriced, at) => ({ ...entry(unpriced), id: `${at}` }));
  const posted = { written: 3, replaced: 0, known: 0, replays: ['1', '2'] };
  createWorkerMetrics(registry).posted(entries, posted);
  const counted = await registry.getSingleMetric('weir_unpriced_total')?.get();
  const values = counted?.values.filter(({ value }) => value > 0).map(({ labels, value }) => [labels['reason'], value]);
  expect(values).toEqual([['replay', 2]]);
});
