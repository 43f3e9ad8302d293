// An HTTP client that sees what SDKs hide: every byte, every chunk of the transfer encoding, when it came, and whether
// the answer was complete, closed early, or reset.
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';

export type Ended = 'complete' | 'closed' | 'reset' | 'left';

export interface RawAnswer {
  readonly head: string;
  readonly body: Buffer;
  readonly text: string;
  /** The body as the server wrote it, piece by piece; one piece where it has a length. */
  readonly chunks: readonly Buffer[];
  /** When each read came, by performance.now(). */
  readonly times: readonly number[];
  readonly ended: Ended;
}

export interface RawRequest {
  readonly url: URL;
  readonly body: object | string;
  /** Lines of the head, each with its CRLF. */
  readonly headers?: string;
  /** What becomes of the connection afterwards. */
  readonly connection?: 'close' | 'keep-alive';
}

/** Sends the request, over a connection of its own if there is none yet, and leaves the reading to the caller. */
export function sendRaw({ url, body, headers = '', connection = 'close' }: RawRequest, over?: Socket): Socket {
  const json = typeof body === 'string' ? body : JSON.stringify(body);
  const socket = over ?? createConnection({ host: url.hostname, port: Number(url.port) });
  socket.write(
    `POST ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\nconnection: ${connection}\r\ncontent-type: application/json\r\n` +
      `content-length: ${Buffer.byteLength(json)}\r\n${headers}\r\n${json}`,
  );
  return socket;
}

/** Reads until the server has ended, in whatever way, or until these words, or so many bytes, were read. */
export const askRaw = (request: RawRequest, leaveAt?: string | number): Promise<RawAnswer> =>
  readRaw(sendRaw(request), leaveAt);

interface WrittenRequest {
  readonly method: string;
  /** Byte for byte as it is to stand in the head. */
  readonly path: string;
  readonly body?: string;
  /** Lines of the head, each with its CRLF. */
  readonly headers?: string;
}

/** Any method and any path: fetch would tidy both up. */
export async function askAsWritten(
  base: string,
  asked: WrittenRequest,
): Promise<{ status: number; answer: RawAnswer }> {
  const { method, path, body = '', headers = '' } = asked;
  const { hostname, port, host } = new URL(base);
  const socket = createConnection({ host: hostname, port: Number(port) });
  const length = body === '' ? '' : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`;
  socket.write(`${method} ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n${length}${headers}\r\n${body}`);
  const answer = await readRaw(socket);
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(answer.head)?.[1] ?? 0), answer };
}

/** Sends the request, and is gone before it can be answered. */
export async function sendAndLeave(request: RawRequest): Promise<void> {
  const socket = sendRaw(request);
  await once(socket, 'connect'); // what was written before has then gone out
  socket.destroy();
}

export function readRaw(socket: Socket, leaveAt?: string | number): Promise<RawAnswer> {
  const reads: Buffer[] = [];
  const times: number[] = [];
  let ended: Ended = 'closed';
  socket.on('error', () => {
    ended = 'reset';
  });
  socket.on('data', (bytes) => {
    reads.push(bytes);
    times.push(performance.now());
    if (leaveAt === undefined || !isReached(Buffer.concat(reads), leaveAt)) return;
    ended = 'left';
    socket.destroy();
  });
  return new Promise((resolve) => {
    socket.once('close', () => resolve(readAnswer(Buffer.concat(reads), times, ended)));
  });
}

const isReached = (read: Buffer, mark: string | number): boolean =>
  typeof mark === 'number' ? read.length >= mark : read.includes(mark);

function readAnswer(raw: Buffer, times: readonly number[], ended: Ended): RawAnswer {
  const headEnd = raw.indexOf('\r\n\r\n') + 4;
  const head = raw.subarray(0, Math.max(0, headEnd - 2)).toString();
  const rest = headEnd < 4 ? Buffer.alloc(0) : raw.subarray(headEnd);
  const { chunks, complete } = /transfer-encoding: chunked/i.test(head) ? readChunks(rest) : readLength(rest, head);
  const body = Buffer.concat(chunks);
  return {
    head,
    body,
    text: body.toString(),
    chunks,
    times,
    ended: complete && ended === 'closed' ? 'complete' : ended,
  };
}

function readChunks(bytes: Buffer): { chunks: Buffer[]; complete: boolean } {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return { chunks, complete: false };
    const size = Number.parseInt(bytes.subarray(at, lineEnd).toString(), 16);
    if (size === 0) return { chunks, complete: true };
    chunks.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}

function readLength(bytes: Buffer, head: string): { chunks: Buffer[]; complete: boolean } {
  const length = /content-length: (\d+)/i.exec(head)?.[1];
  return { chunks: [bytes], complete: length !== undefined && bytes.length === Number(length) };
}
