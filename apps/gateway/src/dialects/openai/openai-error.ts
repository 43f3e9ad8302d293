// An error in OpenAI's shape: as we say one, and how a provider's is told from the `"error":null` of a good answer.
import type { WeirError } from '../../errors.ts';
import { isObject } from '../json.ts';

interface OpenAiError {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: null;
    readonly code: string;
  };
}

export function openAiError(error: WeirError): OpenAiError {
  const type = error.status < 500 ? 'invalid_request_error' : 'server_error';
  return { error: { message: error.message, type, param: null, code: error.code } };
}

/** Whether the member `error` of an answer says that it failed. */
export const saysError = (error: unknown): boolean => (typeof error === 'string' && error !== '') || isObject(error);
