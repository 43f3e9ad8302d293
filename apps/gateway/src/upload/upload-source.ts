// The bytes of an upload, pulled piece by piece: nobody reads faster than they are taken. Ends in an error where they come too
// slowly, are too many, or do not come to their end.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { WeirError } from '../errors.ts';

export interface SourceRules {
  readonly maxUploadBytes: number;
  readonly bodyTimeoutMs: number;
  /** Aborted when nothing new begins any more. */
  readonly closed: AbortSignal;
}

// Who sends less than this in BODY_TIMEOUT_MS is not waited for.
const PROGRESS_BYTES = 1024;

export class UploadSource {
  readonly #pieces: AsyncIterator<Buffer>;
  readonly #req: IncomingMessage;
  readonly #res: ServerResponse;
  readonly #rules: SourceRules;
  #bytes = 0;
  #sinceProgress = 0;
  #waitedMs = 0;

  constructor(req: IncomingMessage, res: ServerResponse, rules: SourceRules) {
    this.#pieces = req.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
    this.#req = req;
    this.#res = res;
    this.#rules = rules;
  }

  /** Null: that was all. Time counts only while it is waited for. */
  async next(): Promise<Buffer | null> {
    const since = performance.now();
    const piece = await this.#arrival();
    if (piece === null) return null;
    this.#waitedMs += performance.now() - since;
    this.#count(piece.length);
    return piece;
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.#sinceProgress += bytes;
    if (this.#sinceProgress >= PROGRESS_BYTES) {
      this.#sinceProgress = 0;
      this.#waitedMs = 0;
    }
    if (this.#bytes > this.#rules.maxUploadBytes) throw tooLargeAnUpload(this.#rules.maxUploadBytes);
  }

  async #arrival(): Promise<Buffer | null> {
    const { bodyTimeoutMs, closed } = this.#rules;
    const end = Promise.withResolvers<never>();
    const late = setTimeout(
      () => end.reject(new WeirError('body_timeout')),
      Math.max(0, bodyTimeoutMs - this.#waitedMs),
    );
    const stop = () => end.reject(new WeirError('gateway_shutdown'));
    closed.addEventListener('abort', stop);
    try {
      const { done, value } = await Promise.race([this.#pieces.next(), end.promise]);
      return done === true ? null : value;
    } catch (error) {
      if (error instanceof WeirError) throw error;
      if (!this.#req.complete) throw await this.#broken(error);
      return this.#req.read(); // its sender left when it had sent all: what is unread is the rest of it
    } finally {
      clearTimeout(late);
      closed.removeEventListener('abort', stop);
    }
  }

  /** Its sender is gone: whoever is to hear that hears it first of the answer. */
  async #broken(cause: unknown): Promise<WeirError> {
    if (!this.#res.closed) await new Promise((resolve) => this.#res.once('close', resolve));
    return new WeirError('invalid_body', { detail: 'The request body did not come to its end.', cause });
  }
}

export const tooLargeAnUpload = (maxUploadBytes: number): WeirError =>
  new WeirError('request_too_large', { detail: `The upload is larger than ${maxUploadBytes} bytes.` });
