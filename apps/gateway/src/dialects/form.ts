// A multipart form → what it says of the model and of a stream. Only the heads of its parts are read: files in it may be large. A form that
// names one of our members twice is refused, as a JSON body is.
import type { Buffer } from 'node:buffer';
import { WeirError } from '../errors.ts';
import { NAMES_READ } from './request-body.ts';

const BOUNDARY = /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"]+)"|([^\s;"]+))/i;
const NAME = /^content-disposition\s*:[^\r\n]*[;\s]name\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;]+))/im;

// As RFC 2046 has it. Long ones, made for it, cost a search of the body as many times their length.
const MAX_BOUNDARY_LENGTH = 70;

const MOST_PARTS = 1000;
const MAX_HEAD_BYTES = 8192;
// In bytes, as in JSON: longer than any model's name.
const MAX_VALUE_BYTES = 4096;

interface Form {
  readonly model?: string;
  readonly stream?: string;
}

/** Null where it is none. */
export function formIn(body: Buffer, contentType: string | undefined): Form | null {
  const [, quoted, plain] = BOUNDARY.exec(contentType ?? '') ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) return null;
  if (boundary.length > MAX_BOUNDARY_LENGTH)
    throw refusal(`The form's boundary is longer than ${MAX_BOUNDARY_LENGTH} characters.`);
  const seen = new Set<string>();
  const form: { model?: string; stream?: string } = {};
  for (const part of partsOf(body, `--${boundary}`)) {
    const folded = part.name.toUpperCase().toLowerCase();
    if (!NAMES_READ.includes(folded)) continue;
    if (folded !== part.name) throw refusal(`\`${part.name}\` must be written \`${folded}\`.`);
    if (seen.has(folded)) throw refusal(`\`${folded}\` must be given once.`);
    seen.add(folded);
    if (folded === 'model' || folded === 'stream') form[folded] = part.value();
  }
  return form;
}

interface Part {
  readonly name: string;
  value(): string;
}

function* partsOf(body: Buffer, delimiter: string): Generator<Part> {
  let count = 0;
  for (let at = body.indexOf(delimiter); at >= 0; count += 1) {
    if (count > MOST_PARTS) throw refusal(`The form has more than ${MOST_PARTS} parts.`);
    const start = at + delimiter.length;
    const next = body.indexOf(`\r\n${delimiter}`, start);
    const headEnd = body.subarray(start, start + MAX_HEAD_BYTES).indexOf('\r\n\r\n');
    if (headEnd >= 0) yield partAt(body, { start, headEnd: start + headEnd, end: next < 0 ? body.length : next });
    at = next < 0 ? -1 : next + 2;
  }
}

function partAt(body: Buffer, at: { start: number; headEnd: number; end: number }): Part {
  const [, quoted, plain] = NAME.exec(body.toString('utf8', at.start, at.headEnd).trimStart()) ?? [];
  return {
    name: (quoted ?? plain ?? '').replace(/\\(.)/g, '$1'),
    value: () => body.toString('utf8', at.headEnd + 4, Math.min(at.end, at.headEnd + 4 + MAX_VALUE_BYTES)).trim(),
  };
}

const refusal = (detail: string): WeirError => new WeirError('invalid_request', { detail });
