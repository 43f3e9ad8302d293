// The command line of `npm run attack`.
import type { Setting } from '@weir/infra/settings';
import { integer } from '@weir/infra/settings/kinds';
import { ATTACKS } from '../support/hostile/attacks/index.ts';

export const LARGEST_SEED = 2 ** 31 - 1;

const NAMES = ATTACKS.map(({ name }) => name);

const only: Setting<readonly string[]> = {
  env: 'ONLY',
  help: 'these attacks, by the words that their names begin with, and not all',
  fallback: [],
  takes: `the beginnings of some of: ${NAMES.join('; ')} (with semicolons between them)`,
  read(text) {
    const begun = text.split(';').map((word) => NAMES.filter((name) => name.startsWith(word.trim())));
    return begun.every((names) => names.length > 0) ? begun.flat() : undefined;
  },
};

export const attackSettings = {
  seconds: integer({ env: 'SECONDS', min: 1, max: 86_400, fallback: 60, help: 'how long' }),
  seed: integer({
    env: 'SEED',
    min: 0,
    max: LARGEST_SEED,
    fallback: 0,
    help: 'the same attacks as another time, in the same order; 0: any',
  }),
  only,
  maxTurnMs: integer({
    env: 'MAX_TURN_MS',
    min: 1,
    fallback: 500, // what Node's parser may take for a body in chunks of one byte; a body parsed as a whole takes seconds
    help: "how long a turn of the gateway's event loop may take at worst, of its own CPU: so long others wait for it",
  }),
  maxMemoryMb: integer({ env: 'MAX_MEMORY_MB', min: 1, fallback: 800, help: 'how much memory the gateway may have' }),
};

export const USAGE = {
  command: 'npm run attack --',
  summary: 'a gateway under all attacks that are known, with others beside it who must not notice',
};
