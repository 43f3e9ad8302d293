// One call of an API that is metered: which requests are it, and by which dialect they are read.
import { WeirError } from '../errors.ts';
import type { Dialect } from './dialect.ts';
import { pathIn } from './paths.ts';

export interface Endpoint {
  /** In capitals. */
  readonly method: string;
  readonly path: string | RegExp;
  /** What its query must hold; without it the path is another call. */
  readonly query?: RegExp;
  /** As rows and metrics name it: one of a few, whatever the path holds. */
  readonly name: string;
  readonly dialect: Dialect;
  /** Its body need not be a JSON object. */
  readonly takesForms?: boolean;
  /** Its path names the model, in the first group; what its body says does not count. */
  readonly namesModel?: boolean;
}

export const post = (path: string, dialect: Dialect): Endpoint => ({ method: 'POST', path, name: path, dialect });

/** Its body is a form, or a JSON object. */
export const postForm = (path: string, dialect: Dialect): Endpoint => ({ ...post(path, dialect), takesForms: true });

export const isAt = ({ path }: Endpoint, text: string): boolean =>
  typeof path === 'string' ? path === text : path.test(text);

/** Whatever letters are capitals. */
export const isNearlyAt = ({ path }: Endpoint, text: string): boolean =>
  typeof path === 'string' ? path === text.toLowerCase() : new RegExp(path.source, 'i').test(text);

/** Undefined where the model stands elsewhere. */
export function modelInPath({ path, namesModel }: Endpoint, url: string): string | undefined {
  if (!namesModel || typeof path === 'string') return undefined;
  const [, written = ''] = path.exec(pathIn(url)) ?? [];
  return decoded(written);
}

export function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (cause) {
    throw new WeirError('invalid_request', { detail: 'The path is not valid URL encoding.', cause });
  }
}
