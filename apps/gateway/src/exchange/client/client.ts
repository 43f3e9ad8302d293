// Channel → response. Owns the client's side: when it is written to, when it is waited for, and how it is noticed that
// the client has left or takes nothing any more. Does not own: what is written.
import type { ServerResponse } from 'node:http';
import type { Departure } from '../end/outcome.ts';
import type { Channel } from './channel.ts';
import { untilSure } from './half-closed.ts';
import { httpChunk, lastHttpChunk } from './http-chunk.ts';
import { Keepalive } from './keepalive.ts';

type Headers = Readonly<Record<string, string | readonly string[]>>;

export interface ClientOptions {
  readonly stallMs: number;
  /** 0: a silent stream stays silent. */
  readonly keepaliveMs: number;
  readonly onDeparture: (departure: Departure) => void;
}

export interface Delivered {
  readonly frames: number;
  readonly bytes: number;
}

/**
 * Waiting: nothing was sent yet. Begun: headers are out, parcels follow. Finished: the end was released to it, and what
 * happens to the connection afterwards is no longer this request's. Gone: it left before that; writes go nowhere.
 */
export class Client {
  readonly #res: ServerResponse;
  readonly #options: ClientOptions;
  #gone = false;
  #finished = false;
  #hurried = false;
  #goOn: (() => void) | null = null;
  #keepalive: Keepalive | null = null;
  #wrote = false;
  #chunked = false;
  #frames = 0;
  #bytes = 0;

  constructor(res: ServerResponse, options: ClientOptions) {
    this.#res = res;
    this.#options = options;
    // A client that leaves while its buffer is full makes the response emit `close` alone: neither `drain` nor `error`.
    res.on('close', () => this.#leave('client_disconnected'));
    res.on('drain', () => this.#goOn?.());
    res.on('timeout', () => this.#leave('client_stalled'));
    res.on('error', () => {}); // a write that raced with the close; the close says it all
  }

  get gone(): boolean {
    return this.#gone;
  }

  /** Resolves when nothing of this answer is left to be sent, or nobody is left to take it. */
  get done(): Promise<void> {
    if (this.#gone || this.#res.writableFinished || this.#res.destroyed) return Promise.resolve();
    return new Promise((resolve) => this.#res.once('close', resolve).once('finish', resolve));
  }

  /** The status that it was sent; null while it waits. */
  get sentStatus(): number | null {
    return this.#res.headersSent ? this.#res.statusCode : null;
  }

  get delivered(): Delivered {
    return { frames: this.#frames, bytes: this.#bytes };
  }

  begin(status: number, headers: Headers): void {
    if (this.#gone) return;
    this.#res.writeHead(status, headers as Record<string, string | string[]>);
    // Only now is it known whether the body is chunked. If so, it is done here: Node's own way takes four writes a chunk.
    this.#chunked = this.#res.chunkedEncoding;
    this.#res.chunkedEncoding = false;
    // What came with the headers goes out with them, in one write; where nothing did, they go out by themselves.
    setImmediate(() => {
      if (!this.#wrote && !this.#gone) this.#res.flushHeaders();
    });
  }

  /**
   * Sends this comment after each long silence until the end is handed over, also while the completion waits for the queue
   * or the disk. Null if the stream's format has no comments.
   */
  keepAlive(comment: string | null): void {
    const { keepaliveMs } = this.#options;
    if (comment === null || keepaliveMs === 0 || this.#gone) return;
    this.#keepalive = new Keepalive(keepaliveMs, () => {
      this.#wrote = true;
      if (!this.#res.writableNeedDrain) this.#write(Buffer.from(comment));
    });
    this.#keepalive.start();
  }

  /** Until the channel ends, and the client is known to be there for the end, or to be gone. */
  async deliver(channel: Channel): Promise<void> {
    for await (const parcel of channel) {
      this.#keepalive?.heard();
      if (parcel.unclosed) this.#keepalive?.stop(); // a comment would become part of its last frame
      this.#wrote = true;
      if (!this.#write(parcel.bytes)) await this.#drained();
      if (this.#gone) return;
      this.#frames += parcel.frames;
      this.#bytes += parcel.bytes.length;
    }
    await untilSure(this.#res);
  }

  /** Hands over the end: from here on the client may go. */
  finish(last: Buffer): void {
    if (this.#gone) return;
    this.#keepalive?.stop();
    this.#finished = true;
    this.#wrote = true;
    this.#res.setTimeout(this.#options.stallMs); // the server's own keep-alive timeout takes over once it is all sent
    this.#res.end(this.#chunked ? lastHttpChunk(last) : last);
  }

  /** There is nothing true left that it could be told: its connection breaks. */
  destroy(): void {
    this.#res.destroy();
  }

  /** The gateway cannot wait for it any longer. */
  stopWaiting(): void {
    this.#hurried = true;
    this.#goOn?.();
  }

  #write(bytes: Buffer): boolean {
    return this.#res.write(this.#chunked ? httpChunk(bytes) : bytes);
  }

  // The socket's own timeout counts from the last byte that the client took, and costs nothing while nobody waits.
  async #drained(): Promise<void> {
    if (this.#gone || this.#hurried) return;
    this.#res.setTimeout(this.#options.stallMs);
    await new Promise<void>((resolve) => {
      this.#goOn = resolve;
    });
    this.#goOn = null;
    this.#res.setTimeout(0);
  }

  #leave(departure: Departure): void {
    if (departure === 'client_stalled') this.#res.destroy();
    if (this.#gone || this.#finished) return;
    this.#gone = true;
    this.#keepalive?.stop();
    this.#goOn?.();
    this.#options.onDeparture(departure);
  }
}
