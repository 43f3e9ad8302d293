// A multipart form that is all there → what it says of the model and of a stream.
import type { Buffer } from 'node:buffer';
import { boundaryIn } from './form-boundary.ts';
import type { Form } from './form-fields.ts';
import { FormScan } from './form-scan.ts';

/** Null where it is none. */
export function formIn(body: Buffer, contentType: string | undefined): Form | null {
  const boundary = boundaryIn(contentType);
  if (boundary === undefined) return null;
  const scan = new FormScan(boundary);
  scan.push(body);
  scan.end();
  if (scan.problem !== null) throw scan.problem;
  return scan.form;
}
