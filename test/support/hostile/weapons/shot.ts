// One request of an attacker's, written as it wants it written → what it was answered, if anything.
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { type RawAnswer, readRaw } from '../../raw-http.ts';

type Pieces = AsyncGenerator<Buffer | string>;

interface RawShot {
  readonly url: URL;
  /** Written one after another, as fast as they are taken, until there is an answer. */
  readonly pieces: Iterable<Buffer | string> | AsyncIterable<Buffer | string>;
  /** How long an answer is waited for when all is written. */
  readonly timeoutMs?: number | undefined;
}

export interface Shot extends RawShot {
  readonly method?: string;
  /** Lines of the head, each with its CRLF, below `host`. */
  readonly headers?: string;
}

export interface Hit {
  /** Null where it was never answered. */
  readonly status: number | null;
  readonly code: string | null;
  readonly head: string;
  readonly text: string;
  /** `left`: it was waited for no longer. */
  readonly ended: RawAnswer['ended'];
}

export function shoot({ url, method = 'POST', headers = '', pieces, timeoutMs }: Shot): Promise<Hit> {
  const path = `${url.pathname}${url.search}`;
  const head = `${method} ${path} HTTP/1.1\r\nhost: ${url.host}\r\nconnection: close\r\n${headers}\r\n`;
  return shootRaw({ url, pieces: withHead(head, pieces), timeoutMs });
}

async function* withHead(head: string, pieces: Shot['pieces']): Pieces {
  yield head;
  yield* pieces;
}

/** Bytes that need be no request. */
export async function shootRaw({ url, pieces, timeoutMs = PATIENCE_MS }: RawShot): Promise<Hit> {
  const socket = createConnection({ host: url.hostname, port: Number(url.port) });
  const answer = readRaw(socket);
  await writeAll(socket, pieces);
  return hitOf(await inPatience(socket, answer, timeoutMs));
}

const PATIENCE_MS = 30_000;

async function writeAll(socket: Socket, pieces: RawShot['pieces']): Promise<void> {
  let answered = false;
  const over = new AbortController();
  const stop = () => {
    answered = true;
    over.abort();
  };
  socket.once('data', stop).once('close', stop);
  for await (const piece of pieces) {
    if (answered || socket.destroyed) return;
    if (!socket.write(piece)) await once(socket, 'drain', { signal: over.signal }).catch(() => undefined);
  }
}

async function inPatience(socket: Socket, answer: Promise<RawAnswer>, timeoutMs: number): Promise<RawAnswer> {
  let isLate = false;
  const patience = setTimeout(() => {
    isLate = true;
    socket.destroy();
  }, timeoutMs);
  const seen = await answer;
  clearTimeout(patience);
  return isLate ? { ...seen, ended: 'left' } : seen;
}

function hitOf({ head, text, ended }: RawAnswer): Hit {
  const status = Number(/^HTTP\/1\.[01] (\d+)/.exec(head)?.[1] ?? 0) || null;
  return { status, code: /"code":"(\w+)"/.exec(text)?.[1] ?? null, head, text, ended };
}
