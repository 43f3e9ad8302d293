// The soak, for half a minute: all that may be hurt is hurt at random.
import { expect, jest, test } from '@jest/globals';
import { NO_REDIS_PROGRAM } from '../support/private-redis.ts';
import { named } from '../support/queue-servers.ts';
import { soak } from './soak/soak.ts';
import { summaryOf } from './soak/summary.ts';

jest.setTimeout(300_000);

const SECONDS = 30;
const SEED = 20_261_120;

(NO_REDIS_PROGRAM ? test.skip : test)(
  named(
    'whatever is killed, hung, restarted, exchanged or rolled, each request has its row in the end',
    NO_REDIS_PROGRAM,
  ),
  async () => {
    const stopping = new AbortController().signal;
    const outcome = await soak({ seconds: SECONDS, seed: SEED, say: () => undefined, stopping });
    expect({ wrong: outcome.wrong, summary: summaryOf(outcome) }).toMatchObject({ wrong: [] });
    expect(outcome.visits.length).toBeGreaterThan(50);
    expect(new Set(outcome.mischief).size).toBe(10);
  },
);
