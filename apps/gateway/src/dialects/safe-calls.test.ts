import { expect, test } from '@jest/globals';
import { isFree, OPERATIONS } from '../../../../test/fixtures/operations.ts';
import { isPoll, safeClassOf } from './safe-calls.ts';

const filled = (path: string) => path.replaceAll(/(?<=\/)X(?=[/:]|$)/g, 'x-1');

test('of every published operation exactly those are safe that cost nothing', () => {
  const safe = OPERATIONS.filter(({ method, path }) => safeClassOf({ method, path: filled(path) }) !== null);
  expect(safe).toEqual(OPERATIONS.filter(isFree));
  expect(safe.length).toBeGreaterThan(25);
});

test.each([
  ['GET', '/v1/models/llama3:8b', 'models'],
  ['GET', '/v1/models/ft:gpt-x:org::id', 'models'],
  ['POST', '/v1/messages/count_tokens', 'token_counts'],
  ['GET', '/openai/v1/responses/resp_1', 'responses'],
])('%s %s is of the class %s', (method, path, ofClass) => {
  expect(safeClassOf({ method, path })).toBe(ofClass);
});

test.each([
  ['POST', '/v1/models'],
  ['HEAD', '/v1/models'],
  ['get', '/v1/models'],
  ['DELETE', '/v1/models/m'],
  ['GET', '/v1/models/'],
  ['GET', '/v1/models/a/b'],
  ['GET', '/v1/models/a%2Fb'],
  ['GET', '/v1/Models'],
  ['GET', '/v1/models/m:predict'],
  ['GET', '/v1/models/m%3AcountTokens'],
  ['GET', '/v1/models/m:CountTokens'],
  ['GET', '/v1/models/%6D'],
  ['GET', '/v1beta/models/m:streamGenerateContent'],
  ['POST', '/v1/messages/count_tokens/x'],
  ['POST', '/v1/messages/batches'],
  ['DELETE', '/v1/responses/resp_1'],
  ['POST', '/v1/responses/resp_1/cancel'],
  ['GET', '/v1/responses/resp_1/'],
  ['GET', '/v1/responses/Input_tokens'],
  ['GET', '/v1/responses/compact/input_items'],
  ['GET', '/v1/responses/resp_1/output'],
  ['POST', '/v1/projects/p/locations/l/publishers/anthropic/models/claude:rawPredict'],
])('%s %s is not', (method, path) => {
  expect(safeClassOf({ method, path })).toBeNull();
});

test('a poll reads one response by its id', () => {
  expect(isPoll({ method: 'GET', path: '/v1/responses/resp_1' })).toBe(true);
  expect(isPoll({ method: 'GET', path: '/v1/responses/resp_1/input_items' })).toBe(false);
  expect(isPoll({ method: 'DELETE', path: '/v1/responses/resp_1' })).toBe(false);
});
