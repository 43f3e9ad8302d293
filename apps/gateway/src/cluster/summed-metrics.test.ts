import { beforeEach, expect, test } from '@jest/globals';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Metrics } from './messages.ts';
import { createSummedMetrics, type SummedMetrics } from './summed-metrics.ts';

/** A process with a counter, a histogram and gauges, that gives its metrics when it is asked. */
class Process {
  readonly #registry = new Registry();
  readonly #registers = [this.#registry];
  readonly requests = new Counter({
    name: 'requests_total',
    help: 'h',
    labelNames: ['of'],
    registers: this.#registers,
  });
  readonly seconds = new Histogram({ name: 'seconds', help: 'h', buckets: [1, 5], registers: this.#registers });
  readonly open = new Gauge({ name: 'open', help: 'h', registers: this.#registers });
  readonly up = new Gauge({ name: 'up', help: 'h', aggregator: 'min', registers: this.#registers });
  readonly lag = new Gauge({
    name: 'nodejs_eventloop_lag_p99_seconds',
    help: 'h',
    aggregator: 'average',
    registers: this.#registers,
  });
  metrics: Metrics = [];
  isBusy = false;

  async askMetrics(): Promise<void> {
    if (!this.isBusy) this.metrics = JSON.parse(JSON.stringify(await this.#registry.getMetricsAsJSON()));
  }
}

let own: Registry;
let processes: Set<Process>;
let one: Process;
let other: Process;
let summed: SummedMetrics;

beforeEach(() => {
  own = new Registry();
  const lag = new Gauge({
    name: 'nodejs_eventloop_lag_p99_seconds',
    help: 'h',
    aggregator: 'average',
    registers: [own],
  });
  lag.set(0.001);
  const began = new Gauge({ name: 'process_start_time_seconds', help: 'h', aggregator: 'omit', registers: [own] });
  began.set(7);
  [one, other] = [new Process(), new Process()];
  processes = new Set([one, other]);
  summed = createSummedMetrics({ own, sources: () => processes });
});

/** As it is scraped: each sample's value. */
async function scraped(): Promise<Record<string, number>> {
  const lines = (await summed.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(lines.map((line) => line.split(' ')).map(([name, value]) => [name, Number(value)]));
}

function end(process: Process): void {
  processes.delete(process);
  summed.outlive(process);
}

test('what processes count, measure and hold is summed', async () => {
  one.requests.inc({ of: 'a' }, 2);
  other.requests.inc({ of: 'a' }, 3);
  other.requests.inc({ of: 'b' });
  one.seconds.observe(0.5);
  other.seconds.observe(4);
  one.open.set(2);
  other.open.set(-1);
  expect(await scraped()).toMatchObject({
    'requests_total{of="a"}': 5,
    'requests_total{of="b"}': 1,
    'seconds_bucket{le="1"}': 1,
    'seconds_bucket{le="5"}': 2,
    'seconds_bucket{le="+Inf"}': 2,
    seconds_sum: 4.5,
    seconds_count: 2,
    open: 1,
  });
});

test('a metric may say how else its values are one', async () => {
  one.up.set(1);
  other.up.set(0);
  expect(await scraped()).toMatchObject({ up: 0 });
});

test('of the event loops the slowest is shown, and the group began when its primary did', async () => {
  one.lag.set(0.2);
  other.lag.set(0.1);
  expect(await scraped()).toMatchObject({ nodejs_eventloop_lag_p99_seconds: 0.2, process_start_time_seconds: 7 });
});

test('what a process had counted outlives it; what it held does not', async () => {
  one.requests.inc({ of: 'a' }, 2);
  one.seconds.observe(3);
  one.open.set(9);
  other.requests.inc({ of: 'a' });
  await scraped();
  end(one);
  expect(await scraped()).toMatchObject({ 'requests_total{of="a"}': 3, seconds_count: 1, open: 0 });
  other.requests.inc({ of: 'a' });
  await scraped();
  end(other);
  expect(await scraped()).toMatchObject({ 'requests_total{of="a"}': 4, seconds_count: 1 });
  expect(await scraped()).not.toHaveProperty('open');
});

test('one that is too busy to answer is shown as it was', async () => {
  one.requests.inc({ of: 'a' });
  await scraped();
  one.isBusy = true;
  one.requests.inc({ of: 'a' });
  other.requests.inc({ of: 'a' });
  expect(await scraped()).toMatchObject({ 'requests_total{of="a"}': 2 });
});
