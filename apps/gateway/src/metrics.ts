// What the gateway counts. Labels have few values: an endpoint, an upstream's name, a status, a reason; never a model.
import type { Completion } from '@weir/ledger/completion';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

const SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

export interface GatewayMetrics {
  readonly outboxSeconds: Histogram;
  settled(completion: Completion): void;
  refused(code: string): void;
}

export function createGatewayMetrics(
  registry: Registry,
  now: { open: () => number; draining: () => number },
): GatewayMetrics {
  const registers = [registry];
  const requests = new Counter({
    name: 'weir_requests_total',
    help: 'Requests that upstream was asked, by how they ended. Each has one row.',
    labelNames: ['endpoint', 'upstream', 'status', 'reason'],
    registers,
  });
  const refusals = new Counter({
    name: 'weir_refusals_total',
    help: 'Requests refused before upstream was asked. They have no row.',
    labelNames: ['code'],
    registers,
  });
  const ttft = new Histogram({
    name: 'weir_ttft_seconds',
    help: 'Time to the first content frame.',
    buckets: SECONDS,
    registers,
  });
  const duration = new Histogram({
    name: 'weir_upstream_seconds',
    help: "From the question to upstream's end.",
    buckets: SECONDS,
    registers,
  });
  const outboxSeconds = new Histogram({
    name: 'weir_outbox_seconds',
    help: 'How long a completion takes to become durable.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    registers,
  });
  gauge('weir_exchanges_open', 'Requests that are not settled yet.', now.open);
  gauge('weir_drains_open', 'Upstreams that are read on for clients that have left.', now.draining);

  function gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers,
      collect: function collect() {
        this.set(read());
      },
    });
  }

  return {
    outboxSeconds,
    refused: (code) => refusals.inc({ code }),
    settled({ endpoint, upstream, status, reason, ttftMs, durationMs }) {
      requests.inc({ endpoint, upstream, status, reason: reason ?? '' });
      if (ttftMs !== null) ttft.observe(ttftMs / 1000);
      duration.observe(durationMs / 1000);
    },
  };
}
