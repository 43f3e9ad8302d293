// Calls that tell of something that was made before, with the usage that it had then. Whoever made it was asked to pay, and
// reading it, however often, costs nothing.
import { pathAfterVersion } from '../paths.ts';

/** To change what is said about it, or to cancel it, is answered with the whole of it. */
const CHANGED = /^\/(?:chat\/completions\/[^/]+|batches\/[^/]+\/cancel|threads\/[^/]+\/runs\/[^/]+(?:\/cancel)?)$/;

export const isReading = ({ method, path }: { readonly method: string; readonly path: string }): boolean =>
  method === 'GET' || method === 'HEAD' || (method === 'POST' && CHANGED.test(pathAfterVersion(path)));
