// The metrics of a primary and of its gateways as those of one. What a process had counted when it was last asked stays
// counted when it is gone: a counter never falls.
import { AggregatorRegistry, type PrometheusContentType, Registry } from 'prom-client';
import type { Metrics } from './messages.ts';

interface MetricsSource {
  readonly metrics: Metrics;
  askMetrics(): Promise<void>;
}

export interface SummedMetrics extends Pick<Registry, 'metrics' | 'contentType'> {
  /** Of a source that is none any more. */
  outlive(gone: MetricsSource): void;
}

interface Summed {
  readonly own: Registry;
  sources(): Iterable<MetricsSource>;
}

export function createSummedMetrics({ own, sources }: Summed): SummedMetrics {
  let past: Metrics = [];

  return {
    contentType: Registry.PROMETHEUS_CONTENT_TYPE,
    outlive({ metrics }) {
      past = sumOf([past, metrics.filter(isCounted)]);
    },
    async metrics() {
      await Promise.all([...sources()].map((source) => source.askMetrics()));
      const primarys = (await own.getMetricsAsJSON()).map(togetherWithOthers);
      return registryOf([primarys, past, ...[...sources()].map(({ metrics }) => metrics)]).metrics();
    },
  };
}

const isCounted = ({ type }: Metrics[number]): boolean => String(type) !== 'gauge'; // its declared type is not what it is

/** Of a group of processes the slowest is what matters, and when the first of them began. */
function togetherWithOthers(metric: Metrics[number]): Metrics[number] {
  if (metric.name === 'process_start_time_seconds') return { ...metric, aggregator: 'first' };
  const isLag = metric.name.startsWith('nodejs_eventloop_lag') && metric.aggregator !== 'min';
  return isLag ? { ...metric, aggregator: 'max' } : metric;
}

/** By each metric's `aggregator`, as its first source has it. */
const registryOf = (all: readonly Metrics[]): Registry => AggregatorRegistry.aggregate<PrometheusContentType>([...all]);

const sumOf = (all: readonly Metrics[]): Metrics => registryOf(all).getMetricsAsArray() as Metrics;
