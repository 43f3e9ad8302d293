// The body that goes upstream, kept until the provider has it: a stream may last for minutes longer.
import type { Readable } from 'node:stream';
import type { BodyLease } from '../../body/bodies.ts';

export class OutgoingBody {
  /** As the caller said it of a body that is still coming. */
  readonly length: string | undefined;
  #payload: Buffer | Readable | null;
  readonly #lease: Pick<BodyLease, 'release'>;

  constructor(payload: Buffer | Readable | null, lease: Pick<BodyLease, 'release'>, length?: string) {
    this.#payload = payload;
    this.#lease = lease;
    this.length = length;
  }

  /** Null where the request has none, or where it was let go. */
  get payload(): Buffer | Readable | null {
    return this.#payload;
  }

  letGo(): void {
    this.#payload = null;
    this.#lease.release();
  }
}
