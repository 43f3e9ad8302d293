import { describe, expect, test } from '@jest/globals';
import { pathAfterVersion } from './paths.ts';

describe("what follows the version segment is the upstream's to append", () => {
  test.each([
    ['/v1/chat/completions', '/chat/completions'],
    ['/v1/chat/completions?a=1&b=/v1/x', '/chat/completions?a=1&b=/v1/x'],
    ['/v1beta/models/m:generateContent', '/models/m:generateContent'],
    ['/v1beta1/projects/p/models/m:generateContent', '/projects/p/models/m:generateContent'],
    ['/v1beta/openai/chat/completions', '/openai/chat/completions'],
    ['/openai/v1/chat/completions', '/chat/completions'],
    ['/openai/deployments/m/chat/completions?api-version=1', '/deployments/m/chat/completions?api-version=1'],
    ['/v1/models/v1/x', '/models/v1/x'],
    ['/v1?x=1', '?x=1'],
    ['/v1', ''],
    ['/v1/', '/'],
    ['/v10/chat', '/v10/chat'],
    ['/v1alpha/chat', '/v1alpha/chat'],
    ['/chat/v1/completions', '/chat/v1/completions'],
    ['/v1/%2e%2e/x', '/%2e%2e/x'],
  ])('%s → %s', (url, path) => {
    expect(pathAfterVersion(url)).toBe(path);
  });
});
