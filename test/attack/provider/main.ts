// A provider that behaves as badly as the model's name says: `hostile;<act>;<arguments>`. It reads no more of a body than
// that name, so that what is costly to parse costs it nothing. GET /asked says by x-request-id what it was asked.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Act, Asked } from './act.ts';
import { BAD } from './bad.ts';
import { COSTLY } from './costly.ts';
import { GOOD } from './good.ts';

const ACTS: Readonly<Record<string, Act>> = { ...GOOD, ...COSTLY, ...BAD };
const HEAD_BYTES = 4096;

const asked: string[] = [];

const server = createServer({ requestTimeout: 0 }, async (req, res) => {
  if (req.url === '/asked') return void res.end(JSON.stringify(asked));
  asked.push(String(req.headers['x-request-id'] ?? ''));
  const { act, ...rest } = readWish(req.url ?? '', await headOfBody(req));
  await (ACTS[act] ?? GOOD.good)(res, rest);
});

/** The beginning of the body, when all of it has come. */
async function headOfBody(req: IncomingMessage): Promise<string> {
  let head = '';
  for await (const bytes of req as AsyncIterable<Buffer>) {
    if (head.length < HEAD_BYTES) head += bytes.toString('latin1', 0, HEAD_BYTES);
  }
  return head;
}

function readWish(url: string, head: string): Asked & { act: string } {
  const path = decodeURIComponent(url);
  const name = /\/models\/(hostile[^:]*):/.exec(path)?.[1] ?? /"model":"(hostile[^"]*)"/.exec(head)?.[1] ?? '';
  const [, act = 'good', ...args] = name.split(';');
  const isArray = path.includes(':streamGenerateContent') && !path.includes('alt=sse');
  return { act, args, isArray, streamed: isArray || /"stream":true/.test(head) || path.includes('alt=sse') };
}

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ ready: true, url: `http://127.0.0.1:${port}/v1` });
});
// A gateway that leaves in the middle is no trouble of this one's.
process.on('uncaughtException', (error: NodeJS.ErrnoException) => {
  if (!['EPIPE', 'ECONNRESET'].includes(error.code ?? '')) throw error;
});
for (const end of ['SIGTERM', 'disconnect'] as const) process.once(end, () => process.exit(0));
