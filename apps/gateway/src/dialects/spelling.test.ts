import { expect, test } from '@jest/globals';
import { OPERATIONS } from '../../../../test/fixtures/operations.ts';
import { isOddlySpelt } from './spelling.ts';

test('no operation is oddly spelt as it is published, unless it is a metered one with another version', () => {
  const odd = OPERATIONS.filter(({ path }) => isOddlySpelt(path.replaceAll(/(?<=\/)X(?=[/:]|$)/g, 'x-1')));
  expect(odd).toEqual([]);
});

test.each([
  '/v1/files/a%C3%A9.txt',
  '/v1/things/(a)!$&+,=:@~',
  '/v1beta/models/sim%3Atokens%3D5:generateContent',
  '/v1beta/models/gemini;tools,tokens=4:generateContent',
  '/v1beta/models/gemini%40001:generateContent',
  '/v1beta/models/owner/gemini-x:generateContent',
  '/v1/projects/a.test:p/locations/global/publishers/google/models/gemini-x@001:streamGenerateContent',
  '/openai/deployments/gpt%40x/chat/completions',
  '/v1/chat/completions?x=//%20',
  'http://host/v1/files',
])('%s is plain', (url) => {
  expect(isOddlySpelt(url)).toBe(false);
});

test.each([
  '/v1/files%2Fa',
  '/v1/files%5Ca',
  '/v1/files%3Ba',
  '/v1/files%3Fa',
  '/v1/files%23a',
  '/v1/files%25',
  '/v1/files%20',
  '/v1/file%73',
  '/v1/models/%6D',
  '/v1/models/a%2Ex',
  '/v1/models/%31',
  '/v1/files%0a',
  '/v1/files%7F',
  '/v1/files%2',
  '/v1/files;a',
  '/v1/files\\a',
  '/v1//files',
  '/v1/files/',
  '/v1/./files',
  '/v1/../files',
  '/v1/%2e%2e/files',
  '/v1/%252e%252e/files',
  '/v1/models/a%2Fb',
  '/v1/models/a%2F..%2Fb',
  '/v1beta/models/..%2Fm:generateContent',
  '/v1/chat/completions;x:generateContent',
  '/v1//chat/completions:generateContent',
  '/v1/chat/completions%3F:generateContent',
  '/v1/chat/completions%23x:generateContent',
  '/v1/chat/completions%20:generateContent',
  '/v1/images/generations;:embedContent',
  '/v1/videos;a:generateContent',
  '/v1beta/models/gemini;x/y:generateContent',
  '/v1beta/models/gemini%3Bx:generateContent',
  '/v1beta/models/cheap%2Fmodels%2Fgemini-2.5-pro:generateContent',
  '/v1beta/models/a\\b:generateContent',
  '/v1beta/models//gemini-x:generateContent',
  '/openai/deployments/gpt-image-1%20/images/generations',
  '/openai/deployments/gpt-image-1;x/images/generations',
  '/openai/deployments/a%2Fb/images/generations',
  '/openai/deployments/a%3Fb/images/generations',
  '/v1/projects/p/locations/l/publishers/anthropic/models/a%2Fb:rawPredict',
  '/v1/CHAT/completions',
  '/v1/chat/completion%73',
  '/v1beta/chat/completions',
  '/v1beta1/messages',
  '/openai/embeddings',
  '/v1/deployments/m/embeddings',
  '/v1/openai/chat/completions',
  '/v1/models/m:GENERATECONTENT',
])('%s is odd', (url) => {
  expect(isOddlySpelt(url)).toBe(true);
});
