import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { waitForUpdate } from '@pydantic/genai-prices';
import { providerNamed } from './known-prices.ts';

const page = readFileSync(new URL('../../../docs/providers.md', import.meta.url), 'utf8');
const [, spellings = '', names = ''] = /^`prices_of` takes ([^:]*):\n(.*?)\n\n/ms.exec(page) ?? [];
const inTicks = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

test('docs/providers.md has every name that `prices_of` takes, and no other', async () => {
  const providers = (await waitForUpdate()) ?? [];
  expect(inTicks(names)).toEqual(providers.map(({ id }) => id).sort());
});

test.each(inTicks(`${spellings} ${names}`))('%s, which stands there, is known', (name) => {
  expect(providerNamed(name)).not.toBeNull();
});
