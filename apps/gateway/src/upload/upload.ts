// A form on its way to a provider. Its first bytes are held until it is known where they go; from then on it streams, no faster
// than the provider takes it. What is wrong with it then breaks it off.
import { Readable } from 'node:stream';
import type { BodyLease } from '../body/bodies.ts';
import type { Turns } from '../body/turns.ts';
import type { Form } from '../dialects/form-fields.ts';
import { FormScan } from '../dialects/form-scan.ts';
import { WeirError } from '../errors.ts';
import type { ParkedFile, UploadDir } from './upload-dir.ts';
import type { UploadSource } from './upload-source.ts';

export interface UploadParts {
  readonly source: Pick<UploadSource, 'next'>;
  readonly boundary: string;
  readonly dir: Pick<UploadDir, 'park'>;
  readonly lease: BodyLease;
  readonly turns: Turns;
}

// A form that is no larger is known as a whole before anybody is asked.
const HOLD_BYTES = 65_536;

export class Upload {
  readonly #parts: UploadParts;
  readonly #scan: FormScan;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #parked: ParkedFile | null = null;
  #isWhole = false;
  #stream: Readable | null = null;

  constructor(parts: UploadParts) {
    this.#parts = parts;
    this.#scan = new FormScan(parts.boundary);
  }

  /** What it has said so far. */
  get form(): Form {
    return this.#scan.form;
  }

  /**
   * Until it is known where it goes: it has named a model, or it need not, or it is all here. Whatever is more than a little
   * waits on disk meanwhile.
   */
  async untilKnown({ needsModel }: { needsModel: boolean }): Promise<void> {
    while (!this.#isWhole && (this.#heldBytes < HOLD_BYTES || (needsModel && this.form.model === undefined))) {
      const piece = await this.#next();
      if (piece !== null) await this.#hold(piece);
    }
  }

  /** All of it, from its beginning. Once begun it cannot be refused any more, only broken off. Whoever takes it ends it. */
  stream(): Readable {
    this.#stream = Readable.from(this.#bytes(), { objectMode: false });
    return this.#stream.once('close', () => void this.#letGo()); // a generator that never began has no `finally`
  }

  /** Its sender left, or it is refused. A stream of it that was taken goes on: it may have come whole. */
  async drop(): Promise<void> {
    if (this.#stream === null) await this.#letGo();
  }

  /** Nobody reads its stream any more. */
  end(): void {
    this.#stream?.destroy();
  }

  async #letGo(): Promise<void> {
    this.#held = [];
    this.#parts.lease.release();
    await this.#parked?.close();
  }

  async *#bytes(): AsyncGenerator<Buffer, void, void> {
    try {
      for (let piece = this.#held.shift(); piece !== undefined; piece = this.#held.shift()) yield piece;
      if (this.#parked !== null) yield* this.#parked.read();
      await this.#letGo();
      while (!this.#isWhole) {
        const piece = await this.#next();
        if (piece !== null) yield piece;
      }
    } catch (error) {
      throw broken(error);
    } finally {
      await this.#letGo();
    }
  }

  /** Null where that was all. */
  async #next(): Promise<Buffer | null> {
    const { source, turns } = this.#parts;
    const piece = await source.next();
    if (piece === null) this.#scan.end();
    else this.#scan.push(piece);
    this.#isWhole = piece === null;
    if (this.#scan.problem !== null) throw this.#scan.problem;
    if (!turns.spend(piece?.length ?? 0)) await turns.next();
    return piece;
  }

  async #hold(piece: Buffer): Promise<void> {
    if (this.#heldBytes >= HOLD_BYTES) {
      this.#parked ??= await this.#parts.dir.park();
      return this.#parked.write(piece);
    }
    if (!this.#parts.lease.grow(piece.length)) throw new WeirError('too_many_bodies');
    this.#heldBytes += piece.length;
    this.#held.push(piece);
  }
}

/** Bytes of it are with the provider already: the row says why it has no good end. */
function broken(error: unknown): WeirError {
  if (!(error instanceof WeirError) || error.code === 'gateway_shutdown') return error as WeirError;
  return new WeirError('upload_broken', { detail: `The upload was broken off: ${error.message}`, cause: error });
}
