// `npm run attack`: attacks a Weir of its own in all the ways that are known, with others beside it, and ends with 0 if nobody
// but the attackers noticed. However it is stopped, it first ends what it started.
import { randomInt } from 'node:crypto';
import { loadSettings } from '@weir/infra/settings';
import { NO_REDIS_PROGRAM } from '../support/private-redis.ts';
import { stopSignal } from '../support/stopping.ts';
import { attackSettings, LARGEST_SEED, USAGE } from './arguments.ts';
import { CAN_SEE_MEMORY } from './memory.ts';
import { tableOf } from './report.ts';
import { attackAll } from './run.ts';

const SHOWN = 20;

const { seed: wantedSeed, ...wanted } = loadSettings(attackSettings, USAGE);
const seed = wantedSeed || randomInt(1, LARGEST_SEED);
const say = (line: string) => void process.stdout.write(`${line}\n`);
const stopping = stopSignal(say);

if (NO_REDIS_PROGRAM || !CAN_SEE_MEMORY) {
  say(NO_REDIS_PROGRAM ? 'attack: there is no redis-server on the PATH' : 'attack: this needs Linux');
  process.exit(1);
}
say(`${wanted.seconds} s of attacks, again with: npm run attack -- --seconds ${wanted.seconds} --seed ${seed}`);
try {
  const { entries, wrong } = await attackAll({ ...wanted, seed, say, stopping });
  const table = entries.length === 0 ? [] : ['', ...tableOf(entries)];
  for (const line of [...table, ...wrong.slice(0, SHOWN).map((one) => `WRONG: ${one}`)]) say(line);
  if (wrong.length > SHOWN) say(`… and ${wrong.length - SHOWN} more`);
  say(
    wrong.length === 0
      ? 'HELD: others were served, no turn was too long, memory was bounded'
      : `BROKEN: ${wrong.length} wrong, with seed ${seed}`,
  );
  process.exit(wrong.length === 0 ? 0 : 1);
} catch (error) {
  say(`attack: it did not come to an end: ${(error as Error).stack}`);
  process.exit(1); // the processes end with their parent
}
