import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { SettingsError } from '@weir/infra/settings';
import { unitPricesSchema } from '@weir/ledger/unit-prices';
import { parseUpstreamsFile, type UpstreamDefaults } from './upstreams-file.ts';

const DEFAULTS: UpstreamDefaults = {
  onDisconnect: 'drain',
  callerMayAbort: false,
  connectTimeoutMs: 1,
  headersTimeoutMs: 2,
  idleTimeoutMs: 3,
  drainTimeoutMs: 4,
};

const read = (text: string, env: Record<string, string | undefined> = {}) =>
  parseUpstreamsFile(text, { name: 'weir.yaml', env, defaults: DEFAULTS });

function problemsOf(text: string, env?: Record<string, string | undefined>): readonly string[] {
  try {
    read(text, env);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

const ONE = 'upstreams: { openai: { url: "https://api.openai.com/v1" } }\n';
const TWO = 'upstreams: { a: { url: "https://a.test/v1" }, b: { url: "https://b.test/v1" } }\n';
const upstream = (more: string): string => `upstreams: { a: { url: "https://a.test/v1", ${more} } }\n`;

describe('an upstream', () => {
  test('is what the file says, and by default what the settings say', () => {
    expect(read(ONE).upstreams).toEqual([
      { name: 'openai', url: 'https://api.openai.com/v1', apiKey: undefined, pricedAs: 'openai', ...DEFAULTS },
    ]);
  });

  test('may have everything of its own', () => {
    const text = `
upstreams:
  mine:
    url: http://127.0.0.1:11434/v1
    api_key: sk-1
    auth: x-api-key
    headers: { X-Team: "7", user-agent: null }
    prices_of: together
    on_disconnect: abort
    caller_may_abort: true
    connect_timeout_ms: 10
    headers_timeout_ms: 20
    idle_timeout_ms: 30
    drain_timeout_ms: 40
`;
    expect(read(text).upstreams).toEqual([
      {
        name: 'mine',
        url: 'http://127.0.0.1:11434/v1',
        apiKey: 'sk-1',
        auth: 'x-api-key',
        headers: { add: { 'x-team': '7' }, drop: ['user-agent'] },
        pricedAs: 'together',
        onDisconnect: 'abort',
        callerMayAbort: true,
        connectTimeoutMs: 10,
        headersTimeoutMs: 20,
        idleTimeoutMs: 30,
        drainTimeoutMs: 40,
      },
    ]);
  });

  test('whose prices nobody knows is priced by the model alone', () => {
    expect(read('upstreams: { a: { url: "http://127.0.0.1:1/v1" } }').upstreams[0]?.pricedAs).toBeNull();
  });

  test.each(['auth: none', 'auth: none, api_key: sk-1'])('that takes no key is paid for all the same: %s', (more) => {
    expect(read(upstream(more)).upstreams[0]).toMatchObject({ apiKey: '', auth: 'none' });
  });

  test('stands in the order of the file', () => {
    expect(read(`${TWO}models: []`).upstreams.map(({ name }) => name)).toEqual(['a', 'b']);
  });
});

describe('whose prices hold', () => {
  test.each([
    ['together', 'together'],
    ['OpenAI', 'openai'],
    ['bedrock', 'aws'],
    ['simulator', 'simulator'],
  ])('is a provider by one of its names: %s', (name, pricedAs) => {
    expect(read(upstream(`prices_of: ${name}`)).upstreams[0]).toMatchObject({ pricedAs });
  });
});

describe('rules that overlap', () => {
  test('are good ones, as long as each can be reached', () => {
    const text = `${TWO}models: [{ match: "gpt-4o", upstream: a }, { match: "gpt-*", upstream: b }, { match: "*", upstream: a }]
prices:
  - { match: "gpt-*", upstream: a, input: 1, output: 1 }
  - { match: "gpt-*", upstream: b, input: 1, output: 1 }
  - { match: "*", upstream: a, input: 1, output: 1 }
  - { match: "llama", input: 1, output: 1 }`;
    expect(problemsOf(text)).toEqual([]);
  });
});

describe('models', () => {
  test('all go to the only upstream, where nothing is said of them', () => {
    expect(read(ONE).models).toEqual([{ match: '*', upstream: 'openai' }]);
  });

  test('go where the file says, in its order', () => {
    const models = '[{ match: "gpt-*", upstream: b }, { match: "*", upstream: a }]';
    expect(read(`${TWO}models: ${models}`).models).toEqual([
      { match: 'gpt-*', upstream: 'b' },
      { match: '*', upstream: 'a' },
    ]);
  });
});

describe('prices', () => {
  test('are exact, whether written as numbers or as text', () => {
    const prices = `${ONE}prices:
  - { match: "gpt-*", upstream: openai, input: 2.25, cached_input: "1.125", output: 9 }
  - { match: "*", input: "0.000000000001", cache_write: 0.1, output: 0 }`;
    expect(read(prices).prices).toEqual([
      { match: 'gpt-*', upstream: 'openai', prices: { input: '2.25', cachedInput: '1.125', output: '9' } },
      { match: '*', upstream: undefined, prices: { input: '0.000000000001', cacheWrite: '0.1', output: '0' } },
    ]);
  });

  test('may name every kind of token, what is no token, and other tiers', () => {
    const prices = `${ONE}prices:
  - match: "*"
    input: 2.5
    cached_input: 0.25
    cache_write: 3.125
    cache_write_1h: 5
    output: 10
    input_audio: 32
    cached_audio: 0.4
    output_audio: 64
    input_image: 8
    cached_image: 2
    output_image: 32
    input_video: 12
    output_video: 17.5
    each: { requests: 0.005, web_searches: "0.01", seconds: 0.0001 }
    tiers: { flex: { input: 1.25, output: 5, cached_input: 0.125 }, priority: { input: 5, output: 20 } }`;
    expect(read(prices).prices[0]?.prices).toEqual({
      input: '2.5',
      cachedInput: '0.25',
      cacheWrite: '3.125',
      cacheWrite1h: '5',
      output: '10',
      inputAudio: '32',
      cachedAudio: '0.4',
      outputAudio: '64',
      inputImage: '8',
      cachedImage: '2',
      outputImage: '32',
      inputVideo: '12',
      outputVideo: '17.5',
      each: { requests: '0.005', web_searches: '0.01', seconds: '0.0001' },
      tiers: {
        flex: { input: '1.25', output: '5', cachedInput: '0.125' },
        priority: { input: '5', output: '20' },
      },
    });
  });

  test('pass into records as they are', () => {
    const prices = `${ONE}prices: [{ match: "*", input: 1, output: 2, each: { images: 0.04 }, tiers: { flex: { input: 0, output: 1 } } }]`;
    const given = read(prices).prices[0]?.prices;
    expect(unitPricesSchema.parse(given)).toEqual(given);
  });

  test('of what is no token may stand alone', () => {
    expect(read(`${ONE}prices: [{ match: tts, each: { characters: 0.000015 } }]`).prices[0]?.prices).toEqual({
      each: { characters: '0.000015' },
    });
  });

  test('need not be there', () => {
    expect(read(ONE).prices).toEqual([]);
  });
});

test('the example that comes along is a good one', () => {
  const text = readFileSync(new URL('../../../../weir.example.yaml', import.meta.url), 'utf8');
  expect(problemsOf(text, { OPENAI_API_KEY: 'sk-1' })).toEqual([]);
});

describe('a variable of the environment', () => {
  const env = { KEY: 'sk-secret', HOST_NAME: 'a.test', EMPTY: '', PADDED: 'sk-secret\n' };

  test('stands wherever text may stand', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the file's own syntax
    const text = 'upstreams: { a: { url: "https://${HOST_NAME}/v1", api_key: "x-${KEY}-${HOST_NAME}" } }';
    expect(read(text, env).upstreams[0]).toMatchObject({ url: 'https://a.test/v1', apiKey: 'x-sk-secret-a.test' });
  });

  test.each(['EMPTY', 'NOT_SET'])('that is not set is named: %s', (name) => {
    expect(problemsOf(upstream(`api_key: "\${${name}}"`), env)).toEqual([
      `weir.yaml: \${${name}} stands for a variable that is not set`,
    ]);
  });

  test('stands in a header', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the file's own syntax
    const { headers } = read(upstream('headers: { x-own: "a ${KEY}" }'), env).upstreams[0] ?? {};
    expect(headers).toEqual({ add: { 'x-own': 'a sk-secret' }, drop: [] });
  });

  test('is taken as it is: what looks like another one in it is none', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the file's own syntax
    expect(read(upstream('api_key: "${A}"'), { A: '${B}$&' }).upstreams[0]?.apiKey).toBe('${B}$&');
  });

  test('is taken without the line end that secrets in files have, or refused: no header can carry it', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the file's own syntax
    const text = upstream('api_key: "${PADDED}"');
    expect(problemsOf(text, env)[0] ?? read(text, env).upstreams[0]?.apiKey).not.toContain('\n');
  });
});

describe('a problem is named with its place', () => {
  test.each([
    ['', 'weir.yaml: Invalid input: expected object, received null'],
    ['[]', 'weir.yaml: Invalid input: expected object, received array'],
    ['upstreams: {}', 'weir.yaml: upstreams: must name one at least'],
    ['upstreams: { a: {} }', 'weir.yaml: upstreams.a.url: Invalid input: expected string, received undefined'],
    [upstream('auth: bearer'), 'weir.yaml: upstreams.a.auth: says how api_key is sent, and there is none'],
    [
      upstream('headers: { X-Rate: 7 }'),
      'weir.yaml: upstreams.a.headers.X-Rate: must be a text (a number in quotes), or null',
    ],
    [upstream('colour: red'), 'weir.yaml: upstreams.a: Unrecognized key: "colour"'],
    [upstream('api_key: 7'), 'weir.yaml: upstreams.a.api_key: Invalid input: expected string, received number'],
    [
      upstream('connect_timeout_ms: 1.5'),
      'weir.yaml: upstreams.a.connect_timeout_ms: must be a whole number of milliseconds',
    ],
    [
      `${ONE}models: [{ match: "*", upstream: nowhere }]`,
      'weir.yaml: models.0: "*" names upstream "nowhere", which is not there: must be one of openai',
    ],
    [
      `${ONE}prices: [{ match: x, upstream: y, input: 1, output: 1 }]`,
      'weir.yaml: prices.0: "x" names upstream "y", which is not there: must be one of openai',
    ],
    [
      `${TWO}models: [{ match: "a*", upstream: a }, { match: "*", upstream: c }]`,
      'weir.yaml: models.1: "*" names upstream "c", which is not there: must be one of a, b',
    ],
    [
      `${ONE}prices: [{ match: x, input: 1 }]`,
      'weir.yaml: prices.0.output: must be there, unless what is billed is named under `each` alone',
    ],
    [
      `${ONE}prices: [{ match: x, input: 1, output: 1, each: { searches: 1 } }]`,
      'weir.yaml: prices.0.each.searches: is not billed by the piece: must be one of seconds, images, characters, pages, ' +
        'requests, web_searches, web_search_previews, web_search_blocks, file_searches, social_searches, groundings, code_executions, image_generations, ' +
        'shell_calls, sources, other_tools',
    ],
    [
      `${ONE}prices: [{ match: x, input: 1, output: 1, each: { seconds: } }]`,
      'weir.yaml: prices.0.each.seconds: must be USD each, as in "0.01"',
    ],
    [
      `${ONE}prices: [{ match: x, input: 1, output: 1, each: { seconds: "1e-5" } }]`,
      'weir.yaml: prices.0.each.seconds: must be USD each, as in "0.01"',
    ],
    [
      `${ONE}prices: [{ match: x, input: 1, output: 1, tiers: { flex: { input: 1 } } }]`,
      'weir.yaml: prices.0.tiers.flex.output: is missing, and must be USD per million tokens, as in "2.5"',
    ],
    [
      `${ONE}prices: [{ match: x, input: 1, output: 1, tiers: { flex: { input: 1, output: [2] } } }]`,
      'weir.yaml: prices.0.tiers.flex.output: must be USD per million tokens, as in "2.5"',
    ],
    [
      `${ONE}prices: [{ match: x, input: 1, output: 1, tiers: { default: { input: 1, output: 1 } } }]`,
      'weir.yaml: prices.0.tiers.default: is the usual tier: its prices stand beside `tiers`',
    ],
    [
      `${ONE}prices: [{ match: x, input: 1, output: 1, tiers: { Flex: { input: 1, output: 1 } } }]`,
      'weir.yaml: prices.0.tiers.Flex: must be a tier as the provider names it, in small letters, as in "flex"',
    ],
    [
      upstream('prices_of: opnai'),
      'weir.yaml: upstreams.a.prices_of: "opnai" is no provider whose prices are known: docs/providers.md lists them',
    ],
    [
      `${TWO}models: [{ match: "gpt-*", upstream: a }, { match: "GPT-4o", upstream: b }]`,
      'weir.yaml: models.1: "GPT-4o" is never reached: models.0, "gpt-*", takes all that it would',
    ],
    [
      `${ONE}prices: [{ match: "*", upstream: openai, input: 1, output: 1 }, { match: x, input: 2, output: 2 }]`,
      'weir.yaml: prices.1: "x" is never reached: prices.0, "*", takes all that it would',
    ],
    [
      `${TWO}models: []
prices:
  - { match: "g*", upstream: a, input: 1, output: 1 }
  - { match: "*", upstream: b, input: 1, output: 1 }
  - { match: "gpt", input: 2, output: 2 }`,
      'weir.yaml: prices.2: "gpt" is never reached: prices.0, "g*", and prices.1, "*", take all that it would',
    ],
    [TWO, 'weir.yaml: models: must say which of the upstreams serves which model'],
    [`${ONE}extra: 1`, 'weir.yaml: Unrecognized key: "extra"'],
    [`${ONE}Extra-1: 1\nextra: 1`, 'weir.yaml: Unrecognized keys: an unknown key, "extra"'],
  ])('%j', (text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  test.each([
    ['api_key: ""', 'upstreams.a.api_key'],
    ['on_disconnect: never', 'upstreams.a.on_disconnect'],
    ['idle_timeout_ms: 0', 'upstreams.a.idle_timeout_ms'],
    ['idle_timeout_ms: 2147483648', 'upstreams.a.idle_timeout_ms'],
    ['drain_timeout_ms: "10"', 'upstreams.a.drain_timeout_ms'],
    ['headers_timeout_ms: -1', 'upstreams.a.headers_timeout_ms'],
    ['prices_of: ""', 'upstreams.a.prices_of'],
    ['api_key: k, auth: basic', 'upstreams.a.auth'],
    ['headers: [a]', 'upstreams.a.headers'],
    ['headers: { host: a }', 'upstreams.a.headers.host'],
  ])('%s of an upstream', (more, place) => {
    expect(problemsOf(upstream(more))).toEqual([expect.stringMatching(`^weir\\.yaml: ${place}: .+`)]);
  });

  test.each(['-1', '1e-13', '"two"', '0.0000000000001', '1e-7', '"1,5"', 'null', '""'])(
    'an input price of %s',
    (price) => {
      const problems = problemsOf(`${ONE}prices: [{ match: x, input: ${price}, output: 1 }]`);
      expect(problems[0]).toMatch(/^weir\.yaml: prices\.0\.input: .+/);
    },
  );

  test('a cached price that is none', () => {
    const problems = problemsOf(`${ONE}prices: [{ match: x, input: 1, output: 1, cached_input: two }]`);
    expect(problems).toEqual([expect.stringMatching(/^weir\.yaml: prices\.0\.cached_input: must be USD/)]);
  });

  test.each(['Flex', '', 'a b'])('a tier named %j', (name) => {
    const rule = `{ match: x, input: 1, output: 1, tiers: { "${name}": { input: 1, output: 1 } } }`;
    expect(problemsOf(`${ONE}prices: [${rule}]`)).toEqual([expect.stringMatching(/^weir\.yaml: prices\.0\.tiers.*/)]);
  });

  test('the usual tier, which no other prices are for', () => {
    const rule = '{ match: x, input: 1, output: 1, tiers: { default: { input: 1, output: 1 } } }';
    expect(problemsOf(`${ONE}prices: [${rule}]`)).toHaveLength(1);
  });

  test.each([
    'ftp://a.test/v1',
    'a.test/v1',
    'https://user@a.test/v1',
    'https://:pass@a.test/v1',
    'https://a.test/v1?key=1',
    'https://a.test/v1#x',
    '',
  ])('a URL that is %j', (url) => {
    const problems = problemsOf(`upstreams: { a: { url: "${url}" } }`);
    expect(problems).toEqual([expect.stringMatching(/^weir\.yaml: upstreams\.a\.url: must be an http\(s\) URL/)]);
  });

  test.each(['a: [', 'a: 1\na: 2', 'a: @b', 'a: "b', '\ta: 1', 'a: 1\n---\nb: 2', 'a: *b'])('%j is no YAML', (text) => {
    expect(problemsOf(text)).toEqual([expect.stringMatching(/^weir\.yaml: .*YAML/)]);
  });

  test('all of them at once', () => {
    const text = 'upstreams: { a: { url: x }, b: { url: "https://b.test/v1", idle_timeout_ms: 0 } }\nmodels: 7';
    expect(problemsOf(text)).toHaveLength(3);
  });
});

describe('a secret is in no problem', () => {
  const env = { KEY: 'sk-secret' };

  test.each([
    'upstreams: { a: { url: "https://sk-secret@a.test/v1" } }',
    'upstreams: { a: { url: "sk-secret", api_key: sk-secret } }',
    upstream('api_key: [sk-secret]'),
    upstream('api_key: { sk: sk-secret }'),
    upstream('api_key: "sk-secret'),
    upstream('api_key: @sk-secret'),
    upstream('api_key: *sk-secret'),
    upstream('api_key: %sk-secret'),
    'upstreams:\n  a:\n    api_key: sk-secret\n   url: x',
    upstream('on_disconnect: sk-secret'),
    upstream('headers: { x-own: [sk-secret] }'),
    upstream('headers: { x-own: "sk-secret " }'),
    upstream('headers: { authorization: sk-secret }'),
    'upstreams: { a: { url: "https://a.test/v1", api_key:sk-secret } }',
    'upstreams: { a: { url: "https://a.test/v1", api_key:sk-secret, colour: red } }',
    upstream('prices_of: sk-secret'),
    upstream(`prices_of: ${'secret-'.repeat(6)}`),
    upstream('headers: { "x-own:sk-secret": 7 }'),
    upstream(`api_key: "\${sk-secret}"`),
    upstream(`api_key: "\${AIzaSecretsecret}"`),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the file's own syntax
    'upstreams: { a: { url: "${KEY}", idle_timeout_ms: "${KEY}", on_disconnect: "${KEY}" } }',
    `${ONE}prices: [{ match: x, input: "\${KEY}", output: 1 }]`,
  ])('%j', (text) => {
    const problems = problemsOf(text, env);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.join('\n')).not.toContain('secret');
  });
});

test('calls that pass are listed, and what is no call is named', () => {
  const parsed = read(`${ONE}pass_through: ["GET /v1/files/*", "* /v1/batches"]`);
  expect(parsed.passThrough).toEqual(['GET /v1/files/*', '* /v1/batches']);
  expect(read(ONE).passThrough).toEqual([]);
  expect(problemsOf(`${ONE}pass_through: [files]`).join()).toMatch(
    /pass_through\.0: "files" must be a method and a path/,
  );
  expect(problemsOf(`${ONE}pass_through: ["* /v1/batches", "GET /v1/files/", "POST /v1/chat/completions"]`)).toEqual([
    expect.stringMatching(/^weir\.yaml: pass_through\.1: "GET \/v1\/files\/" never passes: /),
    expect.stringMatching(/^weir\.yaml: pass_through\.2: "POST \/v1\/chat\/completions" names a metered call/),
  ]);
});
