// The HTTP server in front of the app. A connection is limited before its request is known: how many there are, how long
// and how large a head may be, how long nothing is asked. What a body may take is the app's to say.
import { createServer, type RequestListener, type Server } from 'node:http';
import { Counter, Gauge, type Registry } from 'prom-client';
import { allowHalfClosed } from '../exchange/client/half-closed.ts';
import type { GatewayConfig } from '../settings/config.ts';

type Limits = Pick<GatewayConfig, 'headTimeoutMs' | 'maxHeadBytes' | 'idleConnectionMs' | 'maxConnections'>;

// Node looks for heads that are late once in so long: they are found a tenth of their time late, or a second.
const LOOK_AT_LEAST_EVERY_MS = 1000;
const LOOKS_PER_TIMEOUT = 10;

export function createListener(app: RequestListener, limits: Limits, registry: Registry): Server {
  const { headTimeoutMs, maxHeadBytes, idleConnectionMs, maxConnections } = limits;
  const options = {
    headersTimeout: headTimeoutMs,
    requestTimeout: 0,
    connectionsCheckingInterval: Math.min(LOOK_AT_LEAST_EVERY_MS, Math.ceil(headTimeoutMs / LOOKS_PER_TIMEOUT)),
    keepAliveTimeout: idleConnectionMs,
    maxHeaderSize: maxHeadBytes,
  };
  const server = createServer(options, app);
  server.maxConnections = maxConnections;
  // Left alone, Node invites every body at once, and refuses what else may be expected without reading on.
  server.on('checkContinue', app).on('checkExpectation', app);
  allowHalfClosed(server);
  countConnections(server, registry);
  return server;
}

function countConnections(server: Server, registry: Registry): void {
  const refused = new Counter({
    name: 'weir_connections_refused_total',
    help: 'Connections that were closed at once, since MAX_CONNECTIONS were open.',
    registers: [registry],
  });
  server.on('drop', () => refused.inc());
  new Gauge({
    name: 'weir_connections_open',
    help: "Clients' connections, idle ones among them.",
    registers: [registry],
    async collect() {
      this.set(await new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count ?? 0))));
    },
  });
}
