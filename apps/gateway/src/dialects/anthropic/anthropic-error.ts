// An error of ours in the words that Anthropic's own clients know.
import type { WeirError } from '../../errors.ts';

export function anthropicError({ status, message }: WeirError): object {
  return { type: 'error', error: { type: TYPES[status] ?? typeOfOther(status), message } };
}

const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

const typeOfOther = (status: number): string => (status < 500 ? 'invalid_request_error' : 'api_error');
