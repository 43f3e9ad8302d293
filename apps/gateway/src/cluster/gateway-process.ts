// One of many gateways, as its primary sees it: started, ready, asked for its metrics, told to stop, ended.
import cluster, { type Worker } from 'node:cluster';
import { waitAtMost } from '@weir/infra/time';
import { KERNEL_DIVIDES } from '../http/listener.ts';
import type { Configured } from '../settings/configured.ts';
import type { Metrics, Ready, ToGateway, ToPrimary } from './messages.ts';

const METRICS_WITHIN_MS = 2000;
// One that is only starting takes it when it has started.
const CONFIGURED_WITHIN_MS = 10_000;

export interface Ending {
  readonly code: number | null;
  readonly signal: string | null;
}

export class GatewayProcess {
  /** Resolves when it serves, and never if it ends before. */
  readonly ready: Promise<Ready>;
  readonly ended: Promise<Ending>;
  readonly #startedAt = performance.now();
  readonly #worker: Worker = cluster.fork();
  #instance: string | undefined;
  #metrics: Metrics = [];
  #asked: PromiseWithResolvers<void> | undefined;
  #configured = Promise.withResolvers<void>();

  /** `configured`: by what, when it asks. */
  constructor(configured: () => Configured) {
    const ready = Promise.withResolvers<Ready>();
    this.ready = ready.promise;
    this.ended = new Promise((resolve) => {
      this.#worker.once('exit', (code: number | null, signal: string | null) => resolve({ code, signal }));
      this.#worker.on('error', () => {
        if (this.pid === undefined) resolve({ code: 1, signal: null }); // it never began; else it is ending, and says so
      });
    });
    this.#worker.on('message', (message: ToPrimary) => {
      if (message === 'listening') this.#tell({ configured: configured() });
      if (typeof message === 'string') return this.#configured.resolve();
      if ('metrics' in message) this.#keepMetrics(message.metrics);
      if (!('ready' in message)) return;
      this.#instance = message.ready.instance;
      if (KERNEL_DIVIDES) cluster.setupPrimary({ args: onPortOf(message.ready.url) });
      ready.resolve(message.ready);
    });
  }

  get pid(): number | undefined {
    return this.#worker.process.pid;
  }

  /** Undefined until it is ready. */
  get instance(): string | undefined {
    return this.#instance;
  }

  get ageMs(): number {
    return performance.now() - this.#startedAt;
  }

  /** As they were when it last gave them. */
  get metrics(): Metrics {
    return this.#metrics;
  }

  /** Resolves when they are new, or when it gives none: it ended, or it is too busy. */
  async askMetrics(): Promise<void> {
    if (this.#asked === undefined) {
      this.#asked = Promise.withResolvers();
      this.#tell('metrics');
    }
    await waitAtMost(METRICS_WITHIN_MS, Promise.race([this.#asked.promise, this.ended]));
  }

  /** Resolves when it has taken it, or has ended. */
  async configure(configured: Configured): Promise<void> {
    this.#configured = Promise.withResolvers();
    this.#tell({ configured });
    await waitAtMost(CONFIGURED_WITHIN_MS, Promise.race([this.#configured.promise, this.ended]));
  }

  stop(): void {
    this.#tell('stop');
  }

  kill(): void {
    this.#worker.process.kill('SIGKILL');
  }

  #keepMetrics(metrics: Metrics): void {
    this.#metrics = metrics;
    this.#asked?.resolve();
    this.#asked = undefined;
  }

  #tell(message: ToGateway): void {
    if (this.#worker.isConnected()) this.#worker.send(message);
  }
}

/** A free port that the first of them took is the port of all: the last flag wins. */
const onPortOf = (url: string): string[] => [...process.argv.slice(2), '--port', new URL(url).port || '80'];
