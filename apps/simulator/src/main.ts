// Settings in, a listening simulator out, until it is told to stop: by a signal, or by the end of the process that
// forked it.
import type { AddressInfo } from 'node:net';
import { createLog } from '@weir/infra/log';
import { loadConfig } from './config.ts';
import { createSimulator } from './server.ts';

const config = loadConfig();
const log = createLog({ app: 'simulator', level: config.logLevel });
const server = createSimulator(log);

server.once('error', refuseToStart);
server.listen(config.port, config.host, announce);
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
process.once('disconnect', stop);

function announce(): void {
  const { port } = server.address() as AddressInfo;
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  const url = `http://${host}:${port}/v1`;
  log.info({ url }, 'simulator.listening');
  process.send?.({ ready: true, url });
}

function refuseToStart(error: NodeJS.ErrnoException): void {
  const where = `${config.host}:${config.port}`;
  const why = error.code === 'EADDRINUSE' ? 'another process listens there; --port chooses another' : error.message;
  process.stderr.write(`The simulator cannot listen on ${where}: ${why}\n`);
  process.exit(1);
}

function stop(): void {
  server.closeAllConnections();
  log.info('simulator.stopped');
  process.exit(0);
}
