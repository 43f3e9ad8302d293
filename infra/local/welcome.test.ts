import { describe, expect, test } from '@jest/globals';
import { readLocalSettings } from './settings.ts';
import { welcome } from './welcome.ts';

function said(env: Record<string, string>, databaseUrl = 'postgresql://weir:weir@127.0.0.1:54329/weir'): string {
  const part = { ended: new Promise<never>(() => undefined), stop: () => Promise.reject(new Error('unasked')) };
  const gateway = { ...part, url: 'http://127.0.0.1:8080', metricsUrl: 'http://127.0.0.1:9464' };
  const worker = { ...part, metricsUrl: 'http://127.0.0.1:9465' };
  const { settings } = readLocalSettings({ env, argv: [] });
  return welcome({ gateway, worker, databaseUrl }, { settings, env, style: (_, text) => text });
}

describe('what npm start says when it is up', () => {
  test('names every place', () => {
    const text = said({});
    for (const url of ['http://127.0.0.1:8080/v1', 'http://127.0.0.1:9464/metrics', 'http://127.0.0.1:9465/metrics']) {
      expect(text).toContain(url);
    }
    expect(text).toContain('postgresql://weir:weir@127.0.0.1:54329/weir');
  });

  test('keeps the password of a database that was given to itself', () => {
    const DATABASE_URL = 'postgresql://ann:secret@db.example/weir?application_name=secretary';
    expect(said({ DATABASE_URL }, DATABASE_URL)).toContain('postgresql://db.example/weir\n');
  });

  test('says who answers', () => {
    expect(said({})).toContain('from the simulator; UPSTREAM_URL names a provider');
    expect(said({ SIMULATOR_URL: 'http://127.0.0.1:8090/v1' })).toContain('from your simulator');
    expect(said({ SIMULATOR_URL: 'http://127.0.0.1:8090/v1' })).not.toContain('authorization');
    expect(said({ UPSTREAM_URL: 'https://api.openai.com/v1' })).toContain('from your provider');
  });

  test('shows a curl line that needs no credential, where nobody asks for one', () => {
    expect(said({})).not.toContain('authorization');
  });

  test("shows where the caller's credential goes, where a provider or the gateway asks for one", () => {
    expect(said({ UPSTREAM_URL: 'https://api.openai.com/v1' })).toContain('"authorization: Bearer $OPENAI_API_KEY"');
    expect(said({ GATEWAY_KEYS: 'secret' })).toContain('"x-weir-key: $GATEWAY_KEY"');
    expect(said({ GATEWAY_KEYS_FILE: 'keys' })).toContain('"x-weir-key: $GATEWAY_KEY"');
    expect(said({ GATEWAY_KEYS: 'secret' })).not.toMatch(/secret|authorization/);
    const paid = said({ GATEWAY_KEYS: 'secret', UPSTREAM_URL: 'https://api.openai.com/v1', UPSTREAM_API_KEY: 'sk' });
    expect(paid).not.toContain('authorization');
  });
});
