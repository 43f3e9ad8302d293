// Whatever is asked: either no provider was asked, or there is a row, or the call is known to cost nothing. Held for every
// operation of the published APIs, in every spelling, with every method, whatever PASS_THROUGH says.
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { isFree, OPERATIONS, type Operation } from '../fixtures/operations.ts';
import { onEachQueue } from '../support/each-queue.ts';
import { type Provider, startProvider } from '../support/provider.ts';
import { randomFrom } from '../support/random.ts';
import { askAsWritten } from '../support/raw-http.ts';
import { openWeir, type Weir } from '../support/weir.ts';

jest.setTimeout(120_000);

const MODES = ['safe', 'all', 'none'] as const;
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];
const DRAWS = 700;
const SEED = 20_261_130;
const LANES = 8;
const NO_MORE_MS = 10_000;

/** As it is written, and then so that a server might take it for the same. */
const PLAIN: readonly ((path: string) => string)[] = [
  (path) => path,
  (path) => `${path}?x=1`,
  (path) => `http://weir${path}`,
];

const ODD: readonly ((path: string) => string)[] = [
  (path) => `${path}/`,
  (path) => `${path}//`,
  (path) => `${path};x`,
  (path) => `${path}%20`,
  (path) => `${path}%00`,
  (path) => `${path}%3Fx`,
  (path) => `${path}%23`,
  (path) => `${path}/.`,
  (path) => `${path}/x/..`,
  (path) => `${path}\\`,
  (path) => path.replace(/\/(?=[^/]*$)/, '//'),
  (path) => path.replace(/\/(?=[^/]*$)/, '%2F'),
  (path) => path.replace(/\/(?=[^/]*$)/, '%5C'),
  (path) => path.replace(/\/(?=[^/]*$)/, '/./'),
  (path) => path.replace(/\/(?=[^/]*$)/, '/x/../'),
  (path) => path.replace(/\/(?=[^/]*$)/, '/x%2F..%2F'),
  (path) => path.replace(/([a-z])(?=[^/]*$)/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
  (path) => path.replace(/([a-z])(?=[^/]*$)/, (letter) => `%25${letter.charCodeAt(0).toString(16)}`),
  (path) => path.replace(/:/, '%3A'),
  (path) => path.replace(/([a-z])(?=[^/]*$)/, (letter) => letter.toUpperCase()),
  (path) => path.toUpperCase(),
  (path) => `/v1${path}`,
  ...['/v1', '/v1beta', '/v1beta1', '/openai', '/openai/v1', '/v1beta/openai'].map(
    (version) => (path: string) => path.replace(/^\/(?:v1\w*|openai)/, version),
  ),
];

/** One request. */
interface Draw extends Operation {
  readonly id: string;
  readonly mode: (typeof MODES)[number];
}

onEachQueue((queueOn) => {
  let weir: Weir;
  let provider: Provider;
  let urls: Record<string, string>;

  beforeAll(async () => {
    [weir, provider] = await Promise.all([openWeir(queueOn), startProvider()]);
    const usage = '{"usage":{"prompt_tokens":1,"completion_tokens":1}}';
    provider.answer({ pieces: [usage], headers: { 'content-type': 'application/json' } });
    const start = (mode: string) => weir.startGateway({ UPSTREAM_URL: provider.url, PASS_THROUGH: mode });
    const gateways = await Promise.all(MODES.map(start));
    urls = Object.fromEntries(MODES.map((mode, at) => [mode, gateways[at]?.url ?? '']));
  });

  afterAll(async () => {
    await provider.close();
    await weir.close();
  });

  test('every operation as it is published', () => holdFor(OPERATIONS.map(asPublished('all'))));

  test('where PASS_THROUGH is safe, what costs nothing and what is metered, and no other', async () => {
    const draws = OPERATIONS.map(asPublished('safe'));
    await holdFor(draws);
    const rows = await weir.rows.all();
    const ids = new Set(draws.map(({ id }) => id));
    const mine = rows.filter((row) => ids.has(String(row['caller_request_id'])));
    expect(mine.filter((row) => row['dialect'] === 'opaque')).toEqual([]);
  });

  test('any operation in any spelling with any method', () => {
    const random = randomFrom(SEED);
    const spelling = () => random.oneOf([...PLAIN, ...ODD]);
    const draws = Array.from({ length: DRAWS }, (): Draw => {
      const { method, path } = random.oneOf(OPERATIONS);
      const asked = {
        method: random.oneOf([method, random.oneOf(METHODS)]),
        path: filled(spelling()(spelling()(path))),
      };
      return { id: newId(), mode: random.oneOf(MODES), ...asked };
    });
    return holdFor(draws);
  });

  const asPublished =
    (mode: Draw['mode']) =>
    ({ method, path }: Operation): Draw => ({ id: newId(), mode, method, path: filled(path) });

  let count = 0;
  const newId = () => `draw-${++count}`;

  async function holdFor(draws: readonly Draw[]): Promise<void> {
    const waiting = [...draws];
    const askAll = async () => {
      for (let draw = waiting.pop(); draw !== undefined; draw = waiting.pop()) await ask(draw);
    };
    await Promise.all(Array.from({ length: LANES }, askAll));
    const due = askedUpstream(draws).filter((draw) => !isFree(plainly(draw)));
    expect(due.length).toBeGreaterThan(0);
    expect(await withoutRow(due)).toEqual([]);
  }

  async function ask({ id, mode, method, path }: Draw): Promise<void> {
    const body = ['POST', 'PUT', 'PATCH'].includes(method) ? '{"model":"m","input":"x"}' : '';
    await askAsWritten(urls[mode] ?? '', { method, path, body, headers: `x-request-id: ${id}\r\n` });
  }

  function askedUpstream(draws: readonly Draw[]): Draw[] {
    const ids = new Set(provider.asked.map(({ headers }) => headers['x-request-id']));
    return draws.filter(({ id }) => ids.has(id));
  }

  /** Those whose row has not come, when for long no other one has. */
  async function withoutRow(due: readonly Draw[]): Promise<Draw[]> {
    for (let [most, since] = [0, performance.now()]; ; await pause(50)) {
      const rows = await weir.rows.all();
      const ids = new Set(rows.map((row) => row['caller_request_id']));
      const missing = due.filter(({ id }) => !ids.has(id));
      if (rows.length > most) [most, since] = [rows.length, performance.now()];
      if (missing.length === 0 || performance.now() - since > NO_MORE_MS) return missing;
    }
  }
});

const filled = (path: string): string => path.replaceAll(/(?<=\/)X(?=[/:]|$)/g, 'x-1');

/** As it would be published, if it were. */
function plainly({ method, path }: Draw): Operation {
  const local = path.replace(/^http:\/\/weir/, '').split('?')[0] ?? '';
  return { method, path: local.replaceAll(/(?<=\/)x-1(?=[/:]|$)/g, 'X') };
}
