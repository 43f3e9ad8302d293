import { expect, test } from '@jest/globals';
import { createRules } from './rules.ts';
import type { Configured } from './settings/configured.ts';
import { createUpstream, type Upstream, type UpstreamSettings } from './upstream/upstream.ts';

const deps = {
  passThrough: 'safe' as const,
  connect: (settings: UpstreamSettings, known: readonly Upstream[]) =>
    createUpstream(settings, { known, onKeyRefused: () => {} }),
};

const upstream = (name: string, url: string, more: { apiKey?: string } = {}) => ({
  name,
  url,
  pricedAs: null,
  onDisconnect: 'drain' as const,
  callerMayAbort: false,
  connectTimeoutMs: 1000,
  headersTimeoutMs: 1000,
  idleTimeoutMs: 1000,
  drainTimeoutMs: 1000,
  ...more,
});

const configured = (key: string, ...upstreams: ReturnType<typeof upstream>[]): Configured => ({
  routing: { upstreams, models: [{ match: '*', upstream: upstreams[0]?.name ?? '' }], prices: [], passThrough: [] },
  keys: [{ name: null, key }],
});

const HERE = 'http://127.0.0.1:1/v1';
const THERE = 'http://127.0.0.1:2/v1';

test('what is replaced is replaced as a whole, and who holds the old ones keeps them', () => {
  const rules = createRules(configured('old', upstream('a', HERE)), deps);
  const before = rules.current();
  rules.replace(configured('new', upstream('b', THERE)));
  const after = rules.current();
  expect(before.directory.upstreamFor('m')?.name).toBe('a');
  expect(before.admission.isGatewayKey('old')).toBe(true);
  expect(after.directory.upstreamFor('m')?.name).toBe('b');
  expect(['old', 'new'].map(after.admission.isGatewayKey)).toEqual([false, true]);
});

test('an upstream that is where it was keeps its connections, whatever else of it changes', () => {
  const rules = createRules(configured('k', upstream('a', HERE), upstream('b', HERE), upstream('c', HERE)), deps);
  const [a, b, c] = rules.current().directory.upstreams.map(({ connections }) => connections);
  rules.replace(configured('k', upstream('a', HERE, { apiKey: 'sk' }), upstream('b', THERE), upstream('d', HERE)));
  const { upstreams } = rules.current().directory;
  expect(upstreams[0]?.connections).toBe(a);
  expect(upstreams[0]?.apiKey).toBe('sk');
  expect([b, c]).not.toContain(upstreams[1]?.connections);
  expect([b, c]).not.toContain(upstreams[2]?.connections);
});

test('what cannot be built leaves the old ones in their place', () => {
  const rules = createRules(configured('k', upstream('a', HERE)), deps);
  const before = rules.current();
  expect(() => rules.replace(configured('k', upstream('a', 'no URL')))).toThrow();
  expect(rules.current()).toBe(before);
});
