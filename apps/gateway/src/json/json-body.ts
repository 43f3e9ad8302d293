// The JSON text of a body that comes chunk by chunk → its value; of a large one, no more than what is wanted of it. Those
// that are small, as nearly all are, cost least where they are parsed as a whole.
import type { Buffer } from 'node:buffer';
import { JsonPicker, type Wanted } from './picker.ts';
import { valueFound } from './value-found.ts';

// Parsed in a millisecond, however it is made.
const SMALL = 16_384;

export class JsonBody {
  readonly #wanted: Wanted;
  /** Until it is known to be large. */
  #chunks: Buffer[] = [];
  #length = 0;
  #picker: JsonPicker | null = null;

  constructor(wanted: Wanted) {
    this.#wanted = wanted;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#length <= SMALL) return;
    this.#picker ??= new JsonPicker(this.#wanted);
    for (const one of this.#chunks) this.#picker.push(one);
    this.#chunks = [];
  }

  /** `bytes` are all that was pushed. Undefined where they are no JSON. */
  end(bytes: Buffer): unknown {
    if (this.#picker === null) return parsed(bytes);
    const found = this.#picker.end();
    return found === null ? undefined : valueFound(found, bytes);
  }
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
