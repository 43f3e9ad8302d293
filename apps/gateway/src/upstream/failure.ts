// What went wrong upstream: undici's, the socket's and zlib's error codes → the one code of ours.

import { UnpacksTooFar } from '../body/content-encoding.ts';
import { type FailureCode, WeirError } from '../errors.ts';

const BY_CODE: Record<string, FailureCode> = {
  UND_ERR_CONNECT_TIMEOUT: 'upstream_unreachable',
  UND_ERR_HEADERS_TIMEOUT: 'headers_timeout',
  UND_ERR_BODY_TIMEOUT: 'idle_timeout',
  UND_ERR_SOCKET: 'upstream_reset',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'upstream_reset',
  UND_ERR_HEADERS_OVERFLOW: 'upstream_protocol',
  ECONNRESET: 'upstream_reset',
  EPIPE: 'upstream_reset',
  Z_BUF_ERROR: 'stream_incomplete', // the compressed body ended in the middle
};

const PROTOCOL = /^(HPE_|Z_|ZSTD_|ERR__|ERR_BROTLI|ERR_HTTP)/;

/** Before the first byte of an answer, what has no better name is a failure to reach; after it, a broken connection. */
export function upstreamFailure(error: unknown, during: 'connect' | 'answer'): WeirError {
  if (error instanceof WeirError) return error;
  if (error instanceof UnpacksTooFar)
    return new WeirError('upstream_protocol', { detail: `The provider's answer ${error.message}.`, cause: error });
  const code = codeOf(error);
  if (code.startsWith('UND_ERR_INVALID')) return new WeirError('internal', { cause: error }); // we asked for nonsense
  const connected = during === 'answer' || (error as { syscall?: unknown } | null)?.syscall === 'read';
  const fallback = connected ? 'upstream_reset' : 'upstream_unreachable';
  return new WeirError(BY_CODE[code] ?? (PROTOCOL.test(code) ? 'upstream_protocol' : fallback), { cause: error });
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  if (error instanceof Error && error.name === 'HTTPParserError') return 'HPE_'; // most of undici's carry no code
  return typeof code === 'string' ? code : '';
}
