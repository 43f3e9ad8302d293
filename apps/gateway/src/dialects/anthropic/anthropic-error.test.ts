import { expect, test } from '@jest/globals';
import { type ErrorCode, WeirError } from '../../errors.ts';
import { anthropicError } from './anthropic-error.ts';

test.each<[ErrorCode, string]>([
  ['invalid_body', 'invalid_request_error'],
  ['invalid_request', 'invalid_request_error'],
  ['invalid_api_key', 'authentication_error'],
  ['not_found', 'not_found_error'],
  ['model_not_found', 'not_found_error'],
  ['method_not_allowed', 'invalid_request_error'],
  ['request_too_large', 'request_too_large'],
  ['unsupported_encoding', 'invalid_request_error'],
  ['stream_incomplete', 'api_error'],
  ['upstream_unreachable', 'api_error'],
  ['upstream_reset', 'api_error'],
  ['upstream_protocol', 'api_error'],
  ['headers_timeout', 'timeout_error'],
  ['idle_timeout', 'timeout_error'],
  ['gateway_shutdown', 'overloaded_error'],
  ['internal', 'api_error'],
])('%s is an %s', (code, type) => {
  expect(anthropicError(new WeirError(code, { detail: 'Why.' }))).toEqual({
    type: 'error',
    error: { type, message: 'Why.' },
  });
});
