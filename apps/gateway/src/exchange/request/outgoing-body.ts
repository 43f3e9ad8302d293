// The body that goes upstream, kept until the provider has it: a stream may last for minutes longer.
import type { BodyLease } from '../../body/bodies.ts';

export class OutgoingBody {
  #bytes: Buffer | null;
  readonly #lease: Pick<BodyLease, 'release'>;

  constructor(bytes: Buffer | null, lease: Pick<BodyLease, 'release'>) {
    this.#bytes = bytes;
    this.#lease = lease;
  }

  /** Null where the request has none, or where it was let go. */
  get bytes(): Buffer | null {
    return this.#bytes;
  }

  letGo(): void {
    this.#bytes = null;
    this.#lease.release();
  }
}
