import { Buffer } from 'node:buffer';
import { brotliDecompressSync, gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { errors } from 'undici';
import { WeirError } from '../errors.ts';
import { upstreamFailure } from './failure.ts';

const coded = (code: string, more: object = {}): Error => Object.assign(new Error('secret'), { code, ...more });
const whileConnecting = (error: unknown): string => upstreamFailure(error, 'connect').code;
const whileAnswering = (error: unknown): string => upstreamFailure(error, 'answer').code;

function thrownBy(read: () => unknown): unknown {
  try {
    read();
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}

describe('whatever it was doing, this is', () => {
  test.each([
    ['upstream_unreachable', new errors.ConnectTimeoutError()],
    ['headers_timeout', new errors.HeadersTimeoutError()],
    ['idle_timeout', new errors.BodyTimeoutError()],
    ['upstream_reset', new errors.SocketError('other side closed')],
    ['upstream_reset', new errors.ResponseContentLengthMismatchError()],
    ['upstream_reset', coded('ECONNRESET')],
    ['upstream_reset', coded('EPIPE')],
    ['upstream_protocol', new errors.HeadersOverflowError()],
    ['upstream_protocol', Object.assign(new errors.HTTPParserError('bad'), { code: 'HPE_INVALID_CONSTANT' })],
    ['upstream_protocol', coded('HPE_INVALID_HEADER_TOKEN')],
  ])('%s: %s', (code, error) => {
    expect(whileConnecting(error)).toBe(code);
    expect(whileAnswering(error)).toBe(code);
  });
});

describe('what has no better name is a failure to reach before the answer, and a broken connection after it', () => {
  test.each([
    ['a refused connection', coded('ECONNREFUSED')],
    ['a name that is not known', coded('ENOTFOUND')],
    ['a certificate that is not trusted', coded('DEPTH_ZERO_SELF_SIGNED_CERT')],
    ['every address in vain', Object.assign(new AggregateError([coded('ECONNREFUSED')]), { code: 'ECONNREFUSED' })],
    ['an abort', new errors.RequestAbortedError()],
    ['an abort by its signal', thrownBy(() => AbortSignal.abort().throwIfAborted())],
    ['a pool that is closed', new errors.ClientDestroyedError()],
    ['an error without a code', new Error('secret')],
    ['an error with a number', Object.assign(new Error(), { code: 7 })],
    ['what is no error', 'secret'],
    ['nothing', null],
    ['nothing at all', undefined],
  ])('%s', (_name, error) => {
    expect(whileConnecting(error)).toBe('upstream_unreachable');
    expect(whileAnswering(error)).toBe('upstream_reset');
  });

  test('a connection that is not made in time is one that could not be made', () => {
    const attempt = coded('ETIMEDOUT', { syscall: 'connect' });
    expect(whileConnecting(attempt)).toBe('upstream_unreachable');
    expect(whileConnecting(Object.assign(new AggregateError([attempt, attempt]), { code: 'ETIMEDOUT' }))).toBe(
      'upstream_unreachable',
    );
    expect(whileAnswering(coded('ETIMEDOUT', { syscall: 'read' }))).toBe('upstream_reset');
  });
});

describe('a compressed body', () => {
  const packed = gzipSync('x'.repeat(1000));

  test.each([
    ['gzip', () => gunzipSync(packed.subarray(0, 20))],
    ['zstd', () => zstdDecompressSync(zstdCompressSync('x'.repeat(1000)).subarray(0, 12))],
  ])('that ends in the middle is incomplete: %s', (_name, read) => {
    expect(whileAnswering(thrownBy(read))).toBe('stream_incomplete');
  });

  test.each([
    ['gzip', () => gunzipSync(Buffer.from('this is not gzip'))],
    ['gzip with a wrong sum', () => gunzipSync(Buffer.concat([packed.subarray(0, -5), Buffer.alloc(5)]))],
    ['zstd', () => zstdDecompressSync(Buffer.from('this is not zstd'))],
    ['brotli', () => brotliDecompressSync(Buffer.from('garbage garbage garbage'))],
  ])('that is none is not what it says: %s', (_name, read) => {
    expect(whileAnswering(thrownBy(read))).toBe('upstream_protocol');
  });
});

test('what is known already stays as it is', () => {
  const error = new WeirError('upstream_protocol', { detail: 'Why.' });
  expect(upstreamFailure(error, 'connect')).toBe(error);
});

test('the cause is kept for the log, and its words are not for the client', () => {
  const cause = coded('ECONNRESET');
  expect(upstreamFailure(cause, 'answer').cause).toBe(cause);
  expect(upstreamFailure(cause, 'answer').message).not.toContain('secret');
});
