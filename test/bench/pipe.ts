// The bare pipe that the gateway is measured against: the least that node:http needs to hand a request to a provider
// and its answer to a client. It reads nothing, keeps nothing and knows no errors: what breaks on one side is cut on the
// other. Both sides keep their connections, and are without Nagle's delay, as is Node's default.
import { Agent, createServer, request } from 'node:http';
import { serve } from './orders.ts';

const { hostname: host, port } = new URL(process.env['UPSTREAM_URL'] ?? '');
const agent = new Agent({ keepAlive: true });

const server = createServer((req, res) => {
  const { method = '', url: path = '', headers } = req;
  const upstream = request({ agent, host, port, method, path, headers }, (answer) => {
    res.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(res);
    answer.on('error', () => res.destroy());
  });
  upstream.on('error', () => res.destroy());
  res.on('close', () => upstream.destroy());
  req.pipe(upstream);
});

process.on('disconnect', () => process.exit());
serve(server);
