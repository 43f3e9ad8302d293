// Calls that tell of something that was made before, with the usage that it had then. Whoever made it was asked to pay, and
// reading it, however often, costs nothing.
import { pathAfterVersion } from '../paths.ts';

interface Call {
  readonly method: string;
  /** Without its query. */
  readonly path: string;
}

/** To change what is said about it, or to cancel it, is answered with the whole of it. */
const CHANGED =
  /^(?:\/openai)?\/(?:chat\/completions\/[^/]+|batches\/[^/]+\/cancel|threads\/[^/]+\/runs\/[^/]+(?:\/cancel)?)$/;

const RESPONSE = /^(?:\/openai)?\/responses\/[^/]+$/;
const CANCELLED_RESPONSE = /^(?:\/openai)?\/responses\/[^/]+\/cancel$/;

export const isReading = ({ method, path }: Call): boolean =>
  method === 'GET' || method === 'HEAD' || (method === 'POST' && CHANGED.test(pathAfterVersion(path)));

/** It may be told here first what the response cost. Some proxies write ids (`resp_a+b`) that are no poll's. */
export const isOfResponse = ({ method, path }: Call): boolean =>
  (method === 'GET' && RESPONSE.test(pathAfterVersion(path))) || isCancelOf({ method, path });

export const isCancelOf = ({ method, path }: Call): boolean =>
  method === 'POST' && CANCELLED_RESPONSE.test(pathAfterVersion(path));
