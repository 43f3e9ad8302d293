import { expect, test } from '@jest/globals';
import { isAt } from '../endpoint.ts';
import { geminiEndpoints } from './gemini-endpoints.ts';

const isMetered = (path: string): boolean => geminiEndpoints.some((endpoint) => isAt(endpoint, path));

test.each([
  '/v1beta/models/gemini-x',
  '/v1/models/gemini-x',
  '/v1beta/models/owner/gemini-x',
  '/v1beta/models/llama:8b',
  '/v1beta/tunedModels/mine',
  '/v1beta/dynamic/mine',
  '/v1/publishers/google/models/gemini-x',
  '/v1/projects/p/locations/l/publishers/google/models/gemini-x@001',
  '/v1beta1/projects/p/locations/l/endpoints/7',
])('a model at %s is metered', (path) => {
  expect(isMetered(`${path}:generateContent`)).toBe(true);
  expect(isMetered(`${path}:embedContent`)).toBe(true);
});

test.each([
  '/v1/chat/completions',
  '/v1/chat/completions/x',
  '/v1/files/x',
  '/v1/videos',
  '/v1/models/',
  '/v1/models/a/models/gemini-x',
  '/v1/projects/p/models/x',
  '/v1/projects/p/locations/l/files/x',
])('another call is not made one by the verb behind it: %s', (path) => {
  expect(isMetered(`${path}:generateContent`)).toBe(false);
});
