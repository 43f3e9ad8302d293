import { expect, jest, test } from '@jest/globals';
import type { UpstreamSettings } from '../upstream/upstream.ts';
import { warnOfUrls } from './startup.ts';

const URLS = {
  bare: 'http://127.0.0.1:11434',
  google: 'https://generativelanguage.googleapis.com/',
  openai: 'https://api.openai.com/v1',
  azure: 'https://example.openai.azure.com/openai',
};

test('upstreams whose URL has no path are warned of by name, and with what to do', () => {
  const warn = jest.fn();
  const upstreams = Object.entries(URLS).map(([name, url]) => ({ name, url }) as UpstreamSettings);
  warnOfUrls({ upstreams, models: [], prices: [], passThrough: [] }, { warn });
  const hint = expect.stringContaining('https://api.openai.com/v1');
  expect(warn.mock.calls).toEqual([
    [{ upstream: 'bare', hint }, 'upstream.no_version'],
    [{ upstream: 'google', hint }, 'upstream.no_version'],
  ]);
});
