// What both apps serve beside their work: `/metrics` for Prometheus and `/healthz`, on a port of their own.
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { collectDefaultMetrics, Registry } from 'prom-client';

// How often the event loop's lag is looked at. At prom-client's own 10 ms an idle process wakes 200 times a second.
const LAG_EVERY_MS = 100;

/** An app's own registry, with the process's vital signs in it. Our own names begin with `weir_`. */
export function createRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LAG_EVERY_MS });
  return registry;
}

interface ServeMetricsOptions {
  readonly registry: Pick<Registry, 'metrics' | 'contentType'>;
  readonly host: string;
  readonly port: number;
  /** What is wrong, in a sentence, and `/healthz` says it with 503; without it, it says 200 as long as the process answers. */
  readonly health?: () => string | undefined;
}

export interface MetricsServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Rejects with one clear sentence where the port cannot be had. */
export async function serveMetrics({
  registry,
  host,
  port,
  health = () => undefined,
}: ServeMetricsOptions): Promise<MetricsServer> {
  const server = createServer(answering(registry, health));
  await listening(server, host, port);
  const { port: actual } = server.address() as AddressInfo;
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}`, close: () => closing(server) };
}

function answering(registry: ServeMetricsOptions['registry'], health: () => string | undefined): RequestListener {
  return async (request, response) => {
    const path = request.url?.split('?')[0];
    if (path === '/healthz') return answerHealth(response, health());
    if (path !== '/metrics') return void response.writeHead(404).end('/metrics or /healthz\n');
    try {
      const body = await registry.metrics();
      response.writeHead(200, { 'content-type': registry.contentType }).end(body);
    } catch {
      response.writeHead(500).end('the metrics could not be collected\n');
    }
  };
}

function answerHealth(response: ServerResponse, wrong: string | undefined): void {
  response.writeHead(wrong === undefined ? 200 : 503, { 'content-type': 'text/plain' }).end(`${wrong ?? 'ok'}\n`);
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE' ? 'is taken' : `cannot be had (${error.code ?? error.message})`;
      reject(new Error(`METRICS_PORT ${port} on ${host} ${taken}: name another one`, { cause: error }));
    });
    server.listen(port, host, resolve);
  });
}

function closing(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
