// The floor: the bytes of each connection to a provider and back, by Node's own `pipe`. It knows no HTTP, so that nothing
// that reads a request can cost less.
import { connect, createServer, type Socket } from 'node:net';
import { serve } from './orders.ts';

const { hostname: host, port } = new URL(process.env['UPSTREAM_URL'] ?? '');

const server = createServer({ noDelay: true }, (client) => {
  const upstream = connect({ host, port: Number(port), noDelay: true });
  join(client, upstream);
  join(upstream, client);
});

function join(from: Socket, to: Socket): void {
  from.pipe(to);
  from.on('error', () => to.destroy()).on('close', () => to.destroy());
}

process.on('disconnect', () => process.exit());
serve(server);
