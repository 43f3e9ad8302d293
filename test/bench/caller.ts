// A client of the bench: one kept connection, one question at a time, and an answer that is whole or an error.
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { AnswerReader } from './answer-reader.ts';
import { BEFORE_STAMP, bodyBytesOf, DONE, isEndless, nowUs, requestOf, STAMP_DIGITS, type Word } from './wire.ts';

export interface Seen {
  readonly word: Word;
  readonly bytes: number;
  /** From the question to the first byte of the body, and to its last. */
  readonly firstByteMs: number;
  readonly wholeMs: number;
  /** From the provider's write to this client's read, for each paced frame. */
  readonly delaysMs: readonly number[];
}

const SILENCE_MS = 30_000;

export class Caller {
  readonly #socket: Socket;
  readonly #host: string;

  static async connect(url: string): Promise<Caller> {
    const { hostname, port, host } = new URL(url);
    const socket = createConnection({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, 'connect');
    return new Caller(socket, host);
  }

  private constructor(socket: Socket, host: string) {
    this.#socket = socket;
    this.#host = host;
    socket.setTimeout(SILENCE_MS, () => socket.destroy(new Error(`silent for ${SILENCE_MS / 1000} s`)));
    socket.on('error', () => {}); // whoever waits for an answer hears of it
  }

  /** Sends the question, and leaves the answer to the caller of this. */
  send(word: Word): Socket {
    this.#socket.write(requestOf(word, this.#host));
    return this.#socket;
  }

  /** Rejects unless all of the answer comes. */
  async ask(word: Word, onFirstByte: () => void = () => {}): Promise<Seen> {
    const reader = new AnswerReader();
    const delaysMs: number[] = [];
    const startedAt = performance.now();
    let firstByteMs = 0;
    await this.#read(word, reader, (bytes) => {
      if (firstByteMs === 0 && reader.bytes > 0) {
        firstByteMs = performance.now() - startedAt;
        onFirstByte();
      }
      if (word.kind === 'paced') readDelays(bytes, delaysMs);
    });
    demandWhole(word, reader);
    return { word, bytes: reader.bytes, firstByteMs, wholeMs: performance.now() - startedAt, delaysMs };
  }

  leave(): void {
    this.#socket.destroy();
  }

  #read(word: Word, reader: AnswerReader, onRead: (bytes: Buffer) => void): Promise<void> {
    const socket = this.send(word);
    return new Promise((resolve, reject) => {
      const closed = (error?: Error | boolean) => {
        const why = error instanceof Error ? error.message : 'closed';
        reject(new Error(`an answer broke off after ${reader.bytes} bytes: ${why}`));
      };
      const read = (bytes: Buffer) => {
        reader.push(bytes);
        onRead(bytes);
        if (!reader.done) return;
        socket.off('data', read).off('error', closed).off('close', closed);
        resolve();
      };
      socket.on('data', read).on('error', closed).on('close', closed);
    });
  }
}

function demandWhole(word: Word, reader: AnswerReader): void {
  const { status, bytes } = reader;
  if (status !== 200) throw new Error(`an answer had status ${status}`);
  // How many frames an endless stream has is decided by when it is told to end.
  if (!isEndless(word.kind) && bytes !== bodyBytesOf(word)) throw new Error(`an answer had ${bytes} bytes, not all`);
  if (word.kind !== 'json' && !reader.endsWith(DONE)) throw new Error('a stream did not end with [DONE]');
}

function readDelays(bytes: Buffer, into: number[]): void {
  const now = nowUs();
  for (let at = bytes.indexOf(BEFORE_STAMP); at >= 0; at = bytes.indexOf(BEFORE_STAMP, at + 1)) {
    const from = at + BEFORE_STAMP.length;
    if (from + STAMP_DIGITS > bytes.length) return; // cut in two by a read: rare, and one among thousands
    into.push((now - Number(bytes.toString('latin1', from, from + STAMP_DIGITS))) / 1000);
  }
}
