// A provider that takes uploads of any size, and remembers of each how much came, its hash, and how it ended.
import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface TakenUpload {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  bytes: number;
  sha256: string;
  /** Null while it comes. */
  ended: 'whole' | 'broken' | null;
}

export interface UploadProvider {
  /** Its base URL, version segment included. */
  readonly url: string;
  readonly uploads: TakenUpload[];
  /** Answers before it has read anything. */
  refuseNext(status: number): void;
  /** Reads nothing until it is let go on. */
  holdNext(): () => void;
  /** Resolves when this holds of the last upload. */
  until(holds: (upload: TakenUpload) => boolean): Promise<TakenUpload>;
  close(): Promise<void>;
}

export async function startUploadProvider(answer: string): Promise<UploadProvider> {
  const uploads: TakenUpload[] = [];
  const news = new EventEmitter();
  let [refusal, held]: [number, Promise<void>] = [0, Promise.resolve()];
  const server = createServer(async (req, res) => {
    const upload: TakenUpload = { url: req.url ?? '', headers: req.headers, bytes: 0, sha256: '', ended: null };
    uploads.push(upload);
    news.emit('news');
    if (refusal !== 0) return refuse(res);
    await held;
    const hash = createHash('sha256');
    try {
      for await (const piece of req) {
        hash.update(piece);
        upload.bytes += piece.length;
        news.emit('news');
      }
      upload.ended = 'whole';
    } catch {
      upload.ended = 'broken';
    }
    upload.sha256 = hash.digest('hex');
    news.emit('news');
    res.writeHead(200, { 'content-type': 'application/json' }).end(answer);
  });
  const refuse = (res: ServerResponse) => {
    res.writeHead(refusal, { 'content-type': 'application/json' }).end('{"error":{"message":"no"}}');
    refusal = 0;
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    uploads,
    refuseNext: (status) => {
      refusal = status;
    },
    holdNext: () => {
      const hold = Promise.withResolvers<void>();
      held = hold.promise;
      return hold.resolve;
    },
    async until(holds) {
      for (;;) {
        const last = uploads.at(-1);
        if (last !== undefined && holds(last)) return last;
        await once(news, 'news');
      }
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
