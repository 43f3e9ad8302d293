// A content type → the boundary of the multipart form that it announces. Its parameters are read one by one. Where two
// readers might find two boundaries it is refused: they would find two forms in one body.
import { WeirError } from '../errors.ts';

const FORM = /^multipart\/form-data(?![^\s;])/i;
const PARAMETER = /\s*;\s*(?:([^\s;="]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*)))?/gy;

/** However it is written, in parts, encoded, or inside quotes: some servers look for no more than this. */
const NAMED = /boundary[*\d]*\s*=/gi;
const BOUNDARY = /^[!-~]+$/;
const QUOTING = /["\\;]/;

// As RFC 2046 has it. Long ones, made for it, cost a search of the body as many times their length.
const MAX_LENGTH = 70;

/** Undefined where it is no form. */
export function boundaryIn(contentType = ''): string | undefined {
  const [form] = FORM.exec(contentType) ?? [];
  if (form === undefined) return undefined;
  const boundaries = parametersOf(contentType.slice(form.length)).filter(({ name }) => name === 'boundary');
  if ((contentType.match(NAMED)?.length ?? 0) !== boundaries.length || boundaries.length > 1)
    throw refusal('The form must name one boundary, once.');
  const [boundary] = boundaries;
  if (boundary !== undefined) refuseOdd(boundary.value);
  return boundary?.value;
}

function parametersOf(text: string): { readonly name: string; readonly value: string }[] {
  const found = [...text.matchAll(PARAMETER)];
  if (found.map(([whole]) => whole).join('') !== text.trimEnd())
    throw refusal("The parameters of the form's content-type cannot be read.");
  return found.map(([, name = '', quoted, plain = '']) => ({ name: name.toLowerCase(), value: quoted ?? plain }));
}

function refuseOdd(boundary: string): void {
  if (boundary.length > MAX_LENGTH) throw refusal(`The form's boundary is longer than ${MAX_LENGTH} characters.`);
  if (!BOUNDARY.test(boundary) || QUOTING.test(boundary))
    throw refusal("The form's boundary has a character that no boundary has.");
}

const refusal = (detail: string): WeirError => new WeirError('invalid_request', { detail });
