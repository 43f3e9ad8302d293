// `npm test`: finds Postgres and Redis or brings them, runs every suite on them, and sees that nothing is left behind.
// WEIR_TEST_SERVICES=own brings servers of its own though others run. Arguments go to Jest.
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onOrphaned } from '../../infra/local/stop-signals.ts';
import { findPostgres } from './find-postgres.ts';
import { findRedis } from './find-redis.ts';
import { CACHE, type Outcome, runJest } from './jest.ts';
import { watchLeftovers } from './leftovers.ts';
import { conclude, type Services, sayWhatIsMissing } from './summary.ts';

const say = (line: string) => void process.stdout.write(`${line}\n`);
const stopping = stopSignal();
const directory = await mkdtemp(join(tmpdir(), 'weir-test-'));
await chmod(directory, 0o755); // where root runs the tests, PostgreSQL runs as somebody else
const outcome = await withServices(test).catch(notRun);
await rm(directory, { recursive: true, force: true });
process.exitCode = conclude(outcome, say);

async function withServices(use: (services: Services) => Promise<Outcome>): Promise<Outcome> {
  const search = { own: wantsOwn(), directory };
  const postgres = await findPostgres(search);
  try {
    const redis = await findRedis(search);
    return await use({ postgres, redis }).finally(redis.stop);
  } finally {
    await postgres.stop();
  }
}

async function test(services: Services): Promise<Outcome> {
  const { postgres, redis } = services;
  say(`PostgreSQL: ${postgres.told}\nRedis: ${redis.told}`);
  const mark = `r${randomBytes(3).toString('hex')}`;
  const leftovers = await watchLeftovers({ databaseUrl: postgres.url, redisUrl: redis.url, mark });
  const env = environment(services, mark);
  const outcome = await runJest(process.argv.slice(2), { env, directory, stopping }).catch(notRun);
  const left = await leftovers.found();
  await leftovers.sweep();
  sayWhatIsMissing(services, outcome, say);
  if (outcome.lingered) left.push('something open in a suite, which kept Jest from ending');
  for (const trace of left) say(`LEFT BEHIND: ${trace}`);
  return { ...outcome, failed: outcome.failed + left.length };
}

/** The suites get what was found; they never see what the operator's shell says. */
function environment({ postgres, redis }: Services, mark: string): NodeJS.ProcessEnv {
  const { DATABASE_URL: _database, REDIS_URL: _redis, ...others } = process.env;
  const found = { WEIR_TEST_DATABASE_URL: postgres.url, WEIR_TEST_REDIS_URL: redis.url };
  // Hundreds of processes are started, each of the same modules: what Node made of them once is kept.
  return { ...others, ...found, WEIR_TEST_RUN: mark, TMPDIR: directory, NODE_COMPILE_CACHE: join(CACHE, 'compiled') };
}

function wantsOwn(): boolean {
  const wanted = process.env['WEIR_TEST_SERVICES'] ?? '';
  if (!['', 'own'].includes(wanted)) throw new Error(`WEIR_TEST_SERVICES may be "own" or absent, not "${wanted}"`);
  return wanted === 'own';
}

function notRun(error: Error): Outcome {
  say(`The tests did not run to their end: ${error.message}`);
  return { passed: 0, failed: 1, skipped: new Map(), ok: false, lingered: false };
}

function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = () => controller.abort();
  process.on('SIGINT', stop).on('SIGTERM', stop);
  onOrphaned(stop);
  return controller.signal;
}
