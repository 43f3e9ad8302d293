// What the gateway counts. Labels have few values: an endpoint, an upstream's name, a status, a reason; never a model.

import type { SpoolStats } from '@weir/infra/spool';
import type { Completion } from '@weir/ledger/completion';
import { type Aggregator, Counter, Gauge, Histogram, type Registry } from 'prom-client';

const SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

export interface GatewayMetrics {
  settled(completion: Completion): void;
  refused(code: string): void;
  /** A call that is not metered went upstream. */
  passed(kind: string): void;
  /** A call that is not metered found no answer upstream. */
  callFailed(code: string): void;
  /** A provider answered with this status to the gateway's own key, so many times. */
  keyRefused(refusal: { upstream: string; status: number }, times: number): void;
  /** Weir's own code threw while it read an answer. */
  readerFailed(): void;
  /** Weir's own code threw while it handed over the end of an answer. */
  responseFailed(): void;
  /** What passed between two reads of a stream that brought whole frames. */
  gap(ms: number): void;
}

/** What is asked for when somebody looks. */
export interface Now {
  open(): number;
  draining(): number;
  queueUp(): boolean;
  atRisk(): number;
  spool(): SpoolStats;
  readonly bodies: { readonly count: number; readonly bytes: number };
  readonly uploadDir: { readonly bytes: number };
  /** Records in SPOOL_DIR that no release here could read. */
  kept(): number;
}

export function createGatewayMetrics(registry: Registry, now: Now): GatewayMetrics {
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
  const passed = new Counter({
    name: 'weir_passthrough_total',
    help: 'Calls that were passed through, by what they are about. Those that may cost something have a row.',
    labelNames: ['class'],
    registers,
  });
  const failedCalls = new Counter({
    name: 'weir_unmetered_failures_total',
    help: 'Calls that are passed through unmetered, and that upstream did not answer. They have no row.',
    labelNames: ['code'],
    registers,
  });
  const refusedKeys = new Counter({
    name: 'weir_upstream_credential_refusals_total',
    help: "Requests and calls to which a provider answered 401 or 403 though the gateway's own key was sent.",
    labelNames: ['upstream', 'status'],
    registers,
  });
  const failedReaders = new Counter({
    name: 'weir_reader_failures_total',
    help: 'Answers that a reader of Weir threw at: a defect. They were relayed as they came; their usage may be incomplete.',
    registers,
  });
  const failedResponses = new Counter({
    name: 'weir_response_failures_total',
    help: 'Answers whose end Weir failed to hand over: a defect. Their rows are true.',
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
  const gaps = new Histogram({
    name: 'weir_frame_gap_seconds',
    help: 'Between two reads of a stream that brought whole frames.',
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 120],
    registers,
  });
  gauge(
    'weir_exchanges_open',
    'Requests under way: from the question upstream until their client has all of its answer.',
    now.open,
  );
  gauge(
    'weir_bodies_reading',
    'Request bodies in memory: being read, or waiting for their provider to take them.',
    () => now.bodies.count,
  );
  gauge('weir_bodies_reading_bytes', 'What they take, of MAX_READING_BYTES.', () => now.bodies.bytes);
  gauge(
    'weir_uploads_waiting_bytes',
    'Uploads in UPLOAD_DIR, until it is known which provider they are for.',
    () => now.uploadDir.bytes,
  );
  gauge('weir_drains_open', 'Upstreams that are read on for clients that have left.', now.draining);
  gauge(
    'weir_queue_up',
    '1 while the queue answers; 0: everything goes to the spool.',
    () => Number(now.queueUp()),
    'min',
  );
  gauge('weir_completions_at_risk', 'Completions that nothing but this process keeps.', now.atRisk);
  gauge(
    'weir_spool_records',
    'Openings and completions on the disk, on their way to the queue.',
    () => now.spool().records,
  );
  gauge('weir_spool_bytes', 'What they take.', () => now.spool().bytes);
  gauge(
    'weir_spool_oldest_seconds',
    'How long the oldest of them has waited.',
    () => ageOf(now.spool().oldestAt),
    'max',
  );
  gauge(
    'weir_spool_kept_records',
    'Records in SPOOL_DIR that no gateway there could read: a newer release wrote them.',
    now.kept,
    'max', // all processes of a machine see the same ones
  );

  /** `aggregator`: how those of several processes are one. */
  function gauge(name: string, help: string, read: () => number, aggregator: Aggregator = 'sum'): void {
    new Gauge({
      name,
      help,
      registers,
      aggregator,
      collect: function collect() {
        this.set(read());
      },
    });
  }

  return {
    gap: (ms) => gaps.observe(ms / 1000),
    refused: (code) => refusals.inc({ code }),
    passed: (kind) => passed.inc({ class: kind }),
    callFailed: (code) => failedCalls.inc({ code }),
    keyRefused: (refusal, times) => refusedKeys.inc(refusal, times),
    readerFailed: () => failedReaders.inc(),
    responseFailed: () => failedResponses.inc(),
    settled({ endpoint, upstream, status, reason, ttftMs, durationMs }) {
      requests.inc({ endpoint, upstream, status, reason: reason ?? '' });
      if (ttftMs !== null) ttft.observe(ttftMs / 1000);
      duration.observe(durationMs / 1000);
    },
  };
}

const ageOf = (at: number | null): number => (at === null ? 0 : Math.max(0, Date.now() - at) / 1000);
