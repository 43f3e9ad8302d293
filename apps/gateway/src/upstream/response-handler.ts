// What one upstream answers to one question, as it comes: its head, then its body. Chunks that arrive in one turn are
// handed out as one, and while too many wait, upstream does.
import type { Dispatcher } from 'undici';
import { WeirError } from '../errors.ts';
import { upstreamFailure } from './failure.ts';

export interface Head {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
}

type Controller = Dispatcher.DispatchController;

const ENOUGH_BYTES = 65_536;

/**
 * Asked: nothing came yet. Begun: the head is there, chunks follow. Over: what waits is still handed out, then the end,
 * or the failure. Hung up, by the signal or because its reader has had enough: what waits is dropped.
 */
export class ResponseHandler implements Dispatcher.DispatchHandler, AsyncIterableIterator<Buffer, undefined> {
  readonly #head = Promise.withResolvers<Head>();
  readonly #signal: AbortSignal;
  readonly #headersTimeoutMs: number;
  #startedAt = 0;
  #controller: Controller | null = null;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #over = false;
  #failure: unknown = null;
  #wake: (() => void) | null = null;

  constructor(signal: AbortSignal, headersTimeoutMs: number) {
    this.#signal = signal;
    this.#headersTimeoutMs = headersTimeoutMs;
  }

  /** Rejects where no answer began. */
  get head(): Promise<Head> {
    return this.#head.promise;
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    this.#startedAt = performance.now();
    if (this.#signal.aborted) this.#hangUp();
    else this.#signal.addEventListener('abort', () => this.#hangUp(), { once: true });
  }

  onResponseStart(controller: Controller, status: number, headers: Head['headers']): void {
    controller.rawHeaders = null; // nobody asks, and it would be kept as long as the body comes
    if (status < 100 || status >= 200) this.#head.resolve({ status, headers });
    // undici's own limit begins anew with each of the others.
    else if (performance.now() - this.#startedAt > this.#headersTimeoutMs)
      controller.abort(new WeirError('headers_timeout'));
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes >= ENOUGH_BYTES) controller.pause();
    this.#wake?.();
  }

  onResponseEnd(): void {
    this.#over = true;
    this.#wake?.();
  }

  onResponseError(_: Controller, error: Error): void {
    this.#head.reject(upstreamFailure(error, 'connect'));
    this.#failure ??= upstreamFailure(error, 'answer');
    this.onResponseEnd();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Buffer, undefined>> {
    return this.#arrival().then(() => this.#take());
  }

  async return(): Promise<IteratorResult<Buffer, undefined>> {
    this.#hangUp();
    return { done: true, value: undefined };
  }

  #arrival(): Promise<void> {
    if (this.#chunks.length > 0 || this.#over) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #take(): IteratorResult<Buffer, undefined> {
    this.#wake = null;
    if (this.#chunks.length > 0) return { done: false, value: this.#gathered() };
    if (this.#failure !== null) throw this.#failure;
    return { done: true, value: undefined };
  }

  #gathered(): Buffer {
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#bytes = 0;
    if (this.#controller?.paused) this.#controller.resume();
    return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
  }

  #hangUp(): void {
    const reason = this.#signal.reason ?? new Error('what follows is not wanted');
    if (this.#chunks.length > 0) this.#failure ??= upstreamFailure(reason, 'answer'); // it may have ended well by itself
    this.#chunks = [];
    this.#bytes = 0;
    this.#controller?.abort(reason);
  }
}
