// Log lines, in order, straight to the kernel as long as it takes them. A slow reader of the log never holds the process
// up: lines wait here, and where there is no room left they are dropped and counted.
import { Buffer } from 'node:buffer';

/** Writes what can be written without waiting, and says how many bytes that was; throws where it is none. */
export type Put = (bytes: Buffer) => number;

/** Up to this many bytes a pipe takes whole or not at all: lines of several processes do not mix. */
const PIPE_BUF = 4096;
const ROOM = 4 * 1024 * 1024;
// An error line may be the last copy of a completion (`completion.lost`): it is dropped only to save the process.
const ROOM_FOR_ERRORS = 64 * 1024 * 1024;
const ERROR_LEVEL = 50;
const SHORTEST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 100;
const LAST_PAUSE_MS = 10;
/** At the end of the process: who has read nothing for so long is not waited for. */
const LAST_PATIENCE_MS = 500;

const WANTS_LEVELS: unique symbol = Symbol.for('pino.metadata') as never;

/** A destination for pino, which sets `lastLevel` before each line, and calls `flushSync` after a fatal one. */
export class LogOutput {
  readonly [WANTS_LEVELS] = true;
  lastLevel = 0;
  readonly #put: Put;
  readonly #onDropped: (lines: number) => void;
  /** Whole lines, gathered up to PIPE_BUF; the first may have been sent in part. */
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #dropped = 0;

  /** `onDropped` is told how many lines were dropped, once the reader has caught up. */
  constructor(put: Put, onDropped: (lines: number) => void) {
    this.#put = put;
    this.#onDropped = onDropped;
  }

  write(line: string): void {
    const bytes = Buffer.from(line);
    if (this.#waiting.length > 0) return void this.#queue(bytes);
    const rest = this.#send(bytes);
    if (rest.length === 0) return;
    this.#keep(rest);
    this.#waitAndGoOn(SHORTEST_PAUSE_MS);
  }

  /** Waits for the reader, as long as it reads. */
  flushSync(): void {
    for (let idleMs = 0; this.#waiting.length > 0 && idleMs < LAST_PATIENCE_MS; ) {
      const moved = this.#sendWaiting();
      idleMs = moved ? 0 : idleMs + LAST_PAUSE_MS;
      if (!moved) sleep(LAST_PAUSE_MS);
    }
  }

  #queue(line: Buffer): void {
    const room = this.lastLevel >= ERROR_LEVEL ? ROOM_FOR_ERRORS : ROOM;
    if (this.#waitingBytes + line.length <= room) this.#keep(line);
    else this.#dropped += 1;
  }

  #waitAndGoOn(pauseMs: number): void {
    setTimeout(() => {
      const moved = this.#sendWaiting();
      if (this.#waiting.length === 0) return;
      this.#waitAndGoOn(moved ? SHORTEST_PAUSE_MS : Math.min(2 * pauseMs, LONGEST_PAUSE_MS));
    }, pauseMs).unref();
  }

  /** Whether any of it went out. */
  #sendWaiting(): boolean {
    const before = this.#waitingBytes;
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      const rest = this.#send(first);
      this.#waitingBytes -= first.length - rest.length;
      if (rest.length === 0) this.#waiting.shift();
      else this.#waiting[0] = rest;
      if (rest.length > 0) return this.#waitingBytes < before;
    }
    this.#sayDropped();
    return true;
  }

  #sayDropped(): void {
    const lines = this.#dropped;
    this.#dropped = 0;
    if (lines > 0) this.#onDropped(lines);
  }

  /** What is left of it. Whatever stands in the way (a full pipe, a full disk, nobody who reads) may pass. */
  #send(bytes: Buffer): Buffer {
    try {
      return bytes.subarray(this.#put(bytes));
    } catch {
      return bytes;
    }
  }

  #keep(bytes: Buffer): void {
    const last = this.#waiting.length - 1;
    const company = last > 0 ? this.#waiting[last] : undefined; // the first may be half a line already
    if (company !== undefined && company.length + bytes.length <= PIPE_BUF) {
      this.#waiting[last] = Buffer.concat([company, bytes]);
    } else {
      this.#waiting.push(bytes);
    }
    this.#waitingBytes += bytes.length;
  }
}

function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
