// A multipart form as it comes, piece by piece → the model that it names, and whether it asks for a stream. Nothing of its
// files is kept. What two readers could read in two ways is refused, as in a JSON body.
import { Buffer } from 'node:buffer';
import { WeirError } from '../errors.ts';
import type { Form } from './form-fields.ts';
import { formHeadOf } from './form-head.ts';
import { plainName } from './request.ts';
import { NAMES_READ } from './request-body.ts';

const MOST_PARTS = 1000;
const MAX_HEAD_BYTES = 8192;
// In bytes, as in JSON: longer than any model's name.
const MAX_VALUE_BYTES = 4096;

const CR = 13;
const CLOSE = '--';
const HEAD_END = '\r\n\r\n';
// A value is looked at from its head's last line end on: a delimiter may follow at once.
const TO_VALUE = 2;

const LINE_END = /^[ \t]*(?:\r\n|$)/;

/** Between parts or in the value of one; or in a head. */
type Place = 'value' | 'head';

export class FormScan {
  readonly #delimiter: string;
  readonly #form: { model?: string; stream?: string } = {};
  readonly #seen = new Set<string>();
  #rest: Buffer = Buffer.from('\r\n'); // the first delimiter may stand at the very beginning
  #place: Place = 'value';
  #parts = 0;
  #isClosed = false;
  /** The part that is being read, where it is one of ours. */
  #reading: { readonly name: string; value: Buffer } | null = null;
  #problem: WeirError | null = null;

  constructor(boundary: string) {
    this.#delimiter = `\n--${boundary}`;
  }

  /** What has come whole. */
  get form(): Form {
    return this.#form;
  }

  /** Null: as far as it goes, it is fine. */
  get problem(): WeirError | null {
    return this.#problem;
  }

  push(chunk: Buffer): void {
    if (this.#problem !== null) return;
    try {
      this.#rest = this.#scan(Buffer.concat([this.#rest, chunk]));
    } catch (error) {
      if (!(error instanceof WeirError)) throw error;
      this.#problem = error;
    }
  }

  /** No more comes. */
  end(): void {
    if (this.#place === 'head') this.#problem ??= refusal('A part of the form has a head that does not end.');
  }

  /** What must be kept for the next piece: what may be the beginning of a delimiter, or of a head's end. */
  #scan(bytes: Buffer): Buffer {
    for (let at = 0; ; ) {
      const next = this.#place === 'value' ? this.#endOfValue(bytes, at) : this.#endOfHead(bytes, at);
      if (next === null) return this.#place === 'value' ? this.#tailOf(bytes, at) : bytes.subarray(at);
      at = next;
    }
  }

  #endOfValue(bytes: Buffer, at: number): number | null {
    const found = bytes.indexOf(this.#delimiter, at, 'latin1');
    if (found < 0) return null;
    if (bytes[found - 1] !== CR) throw refusal('The lines of a form must end in CRLF.');
    this.#keep(bytes.subarray(at, Math.max(at, found - 1)));
    this.#endPart();
    this.#place = 'head';
    return found + this.#delimiter.length;
  }

  #endOfHead(bytes: Buffer, at: number): number | null {
    if (this.#isClosed || bytes.subarray(at, at + CLOSE.length).toString('latin1') === CLOSE) return this.#close(at);
    const end = bytes.indexOf(HEAD_END, at, 'latin1');
    if ((end < 0 ? bytes.length : end) - at > MAX_HEAD_BYTES)
      throw refusal(`A part of the form has a head of more than ${MAX_HEAD_BYTES} bytes.`);
    if (end < 0) return null;
    this.#beginPart(bytes.toString('utf8', at, end));
    this.#place = 'value';
    return end + TO_VALUE;
  }

  /** Behind its end nothing may follow that looks like one more part. */
  #close(at: number): number {
    if (this.#isClosed) throw refusal('The form goes on after its end.');
    this.#isClosed = true;
    this.#place = 'value';
    return at + CLOSE.length;
  }

  #beginPart(head: string): void {
    this.#parts += 1;
    if (this.#parts > MOST_PARTS) throw refusal(`The form has more than ${MOST_PARTS} parts.`);
    if (!LINE_END.test(head)) throw refusal('A delimiter of the form does not end its line.');
    const read = formHeadOf(head);
    if ('flaw' in read) throw refusal(read.flaw);
    const { name } = read;
    const folded = name.toUpperCase().toLowerCase();
    if (!NAMES_READ.includes(folded)) return;
    if (folded !== name) throw refusal(`\`${name}\` must be written \`${folded}\`.`);
    if (this.#seen.has(name)) throw refusal(`\`${name}\` must be given once.`);
    this.#seen.add(name);
    if (name === 'model' || name === 'stream') this.#reading = { name, value: Buffer.alloc(0) };
  }

  #keep(bytes: Buffer): void {
    if (this.#reading === null) return;
    this.#reading.value = Buffer.concat([this.#reading.value, bytes]);
    if (this.#reading.value.length > MAX_VALUE_BYTES) throw refusal(`\`${this.#reading.name}\` is too long.`);
  }

  #endPart(): void {
    if (this.#reading === null) return;
    const { name, value } = this.#reading;
    const text = value.toString('utf8').trim();
    if (name === 'model') this.#form.model = plainName(text);
    else this.#form.stream = text;
    this.#reading = null;
  }

  #tailOf(bytes: Buffer, at: number): Buffer {
    const tail = Math.max(at, bytes.length - this.#delimiter.length);
    this.#keep(bytes.subarray(at, tail));
    return bytes.subarray(tail);
  }
}

const refusal = (detail: string): WeirError => new WeirError('invalid_request', { detail });
