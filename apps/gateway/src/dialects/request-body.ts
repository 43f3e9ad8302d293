// A request's body as the gateway knows it: its bytes, and where the few members lie that are read or written here. It is
// scanned while it comes; what could be read one way here and another way by the provider is refused.
import { Buffer } from 'node:buffer';
import { WeirError } from '../errors.ts';
import { type Found, JsonPicker } from '../json/picker.ts';

/** All that is read or written of any API's request. */
const WANTED = {
  model: true,
  stream: true,
  stream_options: { include_usage: true },
  prompt: { id: true },
  max_tokens: true,
  max_completion_tokens: true,
  max_output_tokens: true,
} as const;

export const NAMES_READ: readonly string[] = Object.keys(WANTED);

// Deeper than any client writes, and no deeper than providers' parsers go.
const MAX_DEPTH = 1000;
// Of a value that is read here: longer than any name of a model, in escapes.
const MAX_VALUE_BYTES = 4096;

const SPACE = 0x20;
const CLOSING_BRACE = 0x7d;

/** Pushed into as the body comes. */
export class BodyScan {
  readonly #picker = new JsonPicker(WANTED);

  /** What is wrong with the body so far, for an endpoint that takes one JSON object; null: nothing yet. */
  get problem(): WeirError | null {
    const { failed, root, depth, clash } = this.#picker;
    if (failed || (root !== null && root.kind !== 'object')) return new WeirError('invalid_body');
    if (depth > MAX_DEPTH) return refusal(`The request body is nested deeper than ${MAX_DEPTH} levels.`);
    return clash === null ? null : refusalOfName(clash.written, clash.name);
  }

  push(chunk: Buffer): void {
    this.#picker.push(chunk);
  }

  /** The body, with all its bytes. */
  end(bytes: Buffer): RequestBody {
    return new RequestBody(bytes, this.#picker.end());
  }
}

export class RequestBody {
  readonly bytes: Buffer;
  /** Null where the body is no JSON object. */
  readonly root: Found | null;

  constructor(bytes: Buffer, found: Found | null) {
    this.bytes = bytes;
    this.root = found?.kind === 'object' ? found : null;
  }

  /** Of bytes that are all there. */
  static of(bytes: Buffer): RequestBody {
    const scan = new BodyScan();
    scan.push(bytes);
    const { problem } = scan;
    if (problem !== null && problem.code !== 'invalid_body') throw problem;
    return scan.end(bytes);
  }

  /** Where a member lies, or a member of it; undefined where there is none. */
  find(name: keyof typeof WANTED, inner?: string): Found | undefined {
    const found = this.root?.members?.[name];
    return inner === undefined ? found : found?.members?.[inner];
  }

  /** What it is; undefined where there is none, or where it is a list or an object. */
  value(name: keyof typeof WANTED, inner?: string): unknown {
    const found = this.find(name, inner);
    if (found === undefined || found.kind === 'object' || found.kind === 'array') return undefined;
    if (found.end - found.start > MAX_VALUE_BYTES) throw refusal(`\`${inner ?? name}\` is too long.`);
    return JSON.parse(this.bytes.toString('utf8', found.start, found.end));
  }

  /** The same bytes, but `text` in the place of that value. */
  withValue({ start, end }: Pick<Found, 'start' | 'end'>, text: string): Buffer {
    return Buffer.concat([this.bytes.subarray(0, start), Buffer.from(text), this.bytes.subarray(end)]);
  }

  /** The same bytes, with one member more at the beginning of that object. */
  withMember({ start }: Found, member: string): Buffer {
    const inside = start + 1;
    return this.withValue({ start: inside, end: inside }, this.#isEmptyFrom(inside) ? member : `${member},`);
  }

  #isEmptyFrom(inside: number): boolean {
    let at = inside;
    while ((this.bytes[at] as number) <= SPACE) at += 1;
    return this.bytes[at] === CLOSING_BRACE;
  }
}

const refusal = (detail: string): WeirError => new WeirError('invalid_request', { detail });

const refusalOfName = (written: string, name: string): WeirError =>
  refusal(written === name ? `\`${name}\` must be given once.` : `\`${written}\` must be written \`${name}\`.`);
