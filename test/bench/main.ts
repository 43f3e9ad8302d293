// `npm run bench`: what metering costs beside a bare pipe. However it is stopped, it first ends what it started.
import { helpText, orExit } from '@weir/infra/settings';
import { NO_REDIS_PROGRAM } from '../support/private-redis.ts';
import { stopSignal } from '../support/stopping.ts';
import { benchSettings, optionsOf } from './arguments.ts';
import { bench } from './bench.ts';
import { RowsMissing } from './books.ts';

const KILLED = 130;
const argv = process.argv.slice(2);
const print = (line: string) => void process.stdout.write(`${line}\n`);
const say = (line: string) => void process.stderr.write(`bench: ${line}\n`);

if (argv.includes('--help') || argv.includes('-h')) {
  print(helpText(benchSettings, { command: 'npm run bench --', summary: 'what metering costs beside a bare pipe' }));
  process.exit(0);
}
const wanted = orExit(() => optionsOf(argv));
if (NO_REDIS_PROGRAM) {
  say('there is no redis-server on the PATH');
  process.exit(1);
}
const stopping = stopSignal(say);

try {
  process.exitCode = await bench(wanted, { print, say, stopping });
} catch (error) {
  const isPlain = stopping.aborted || error instanceof RowsMissing;
  say(isPlain ? `no result: ${(error as Error).message}` : String((error as Error).stack));
  process.exitCode = 1;
}
process.exit(stopping.aborted ? KILLED : process.exitCode);
