import { expect, test } from '@jest/globals';
import { hostNames } from './host-names.ts';

const isOurs = hostNames(['weir.internal', '0.0.0.0']);

test.each([
  'localhost',
  'localhost:8080',
  'LocalHost.:8080',
  '127.0.0.1',
  '127.0.0.1:8080',
  '192.168.1.7:80',
  '[::1]',
  '[::1]:8080',
  '[fe80::1]:8080',
  'weir.internal',
  'Weir.Internal:443',
  'weir.internal.',
])('%s is a name of this listener', (host) => {
  expect(isOurs(host)).toBe(true);
});

test.each([
  '',
  ':8080',
  'evil.example',
  'evil.example:8080',
  'localhost.evil.example',
  'evil.example.localhost.',
  '127.0.0.1.evil.example',
  'x.weir.internal',
  'weir.internal.evil.example:80',
  '2130706433',
  '0x7f.1',
  '::1', // not in brackets: its last part would be the port
  'localhost, evil.example',
])('%j is none', (host) => {
  expect(isOurs(host)).toBe(false);
});
