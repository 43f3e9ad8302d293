// Those who are attacked beside the gateway: in a process of their own they ask it for its health and for small streams, and
// ask the same streams of the provider itself, which tells how slow the machine is. GET /look says what they met.
import { Agent, createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { visit } from '../../support/visit.ts';
import { walk } from './lane.ts';

const [gatewayUrl = '', simulatorUrl = '', name = ''] = process.argv.slice(2);
const STREAM = { behaviour: 'reads all', tokens: 4, everyMs: 5 } as const;
const STREAM_MS = STREAM.tokens * STREAM.everyMs;
const HEALTH_EVERY_MS = 20;
const STREAM_EVERY_MS = 30;
const agent = new Agent({ keepAlive: true });
let sent = 0;

function askHealth(): Promise<string | null> {
  return new Promise((resolve) => {
    get(new URL('/healthz', gatewayUrl), { agent }, (answer) => {
      answer.resume().once('close', () => resolve(answer.statusCode === 200 ? null : `healthz ${answer.statusCode}`));
    }).once('error', (error) => resolve(`healthz: ${error.message}`));
  });
}

const askStream = (url: string, prefix: string) => async () => {
  sent += 1;
  const { id, saw, status, code } = await visit({ ...STREAM, id: `${prefix}${sent}`, url });
  return saw === 'all' ? null : [id, 'saw', saw, status, code].filter((word) => word !== null).join(' ');
};

const health = walk({ once: askHealth, takesMs: 0, everyMs: HEALTH_EVERY_MS });
const streams = Array.from({ length: 2 }, () =>
  walk({ once: askStream(gatewayUrl, name), takesMs: STREAM_MS, everyMs: STREAM_EVERY_MS }),
);
const control = walk({
  once: askStream(simulatorUrl, 'straight-'),
  takesMs: STREAM_MS,
  everyMs: STREAM_EVERY_MS,
});

const server = createServer((_req, res) => {
  const look = { health: health.look(), streams: streams.map((lane) => lane.look()), control: control.look() };
  res.end(JSON.stringify(look));
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ ready: true, url: `http://127.0.0.1:${port}` });
});
for (const end of ['SIGTERM', 'disconnect'] as const) process.once(end, () => process.exit(0));
