// `npm run soak`: hurts a Weir of its own for some minutes, and ends with 0 if each request has its row all the same.
// However it is stopped, it first ends what it started.
import { randomInt } from 'node:crypto';
import { loadSettings } from '@weir/infra/settings';
import { integer } from '@weir/infra/settings/kinds';
import { NO_REDIS_PROGRAM } from '../../support/private-redis.ts';
import { stopSignal } from '../../support/stopping.ts';
import { soak } from './soak.ts';
import { summaryOf } from './summary.ts';

const LARGEST_SEED = 2 ** 31 - 1;

const { seconds, seed: wanted } = loadSettings(
  {
    seconds: integer({ env: 'SECONDS', min: 1, fallback: 300, help: 'how long' }),
    seed: integer({
      env: 'SEED',
      min: 0,
      max: LARGEST_SEED,
      fallback: 0,
      help: 'the same mischief as another time, in the same order; 0: any',
    }),
  },
  {
    command: 'npm run soak --',
    summary:
      'two gateways and two workers under load, which are hurt at random, and so are their own Redis and Postgres',
  },
);
const seed = wanted || randomInt(1, LARGEST_SEED);
const say = (line: string) => void process.stdout.write(`soak: ${line}\n`);
const stopping = stopSignal(say);

if (NO_REDIS_PROGRAM) {
  say('there is no redis-server on the PATH');
  process.exit(1);
}
say(`${seconds} s, again with: npm run soak -- --seconds ${seconds} --seed ${seed}`);
try {
  const outcome = await soak({ seconds, seed, say, stopping });
  for (const line of summaryOf(outcome)) say(line);
  process.exit(outcome.wrong.length === 0 ? 0 : 1);
} catch (error) {
  say(`it did not come to an end: ${(error as Error).message}`);
  process.exit(1); // the processes end with their parent
}
