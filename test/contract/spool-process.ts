// A process with a spool of its own, which does what it is told over IPC and says what came of it: `spool-processes.ts`
// is its other end. It ends with its parent.
import type { Spool } from '@weir/infra/spool';
import { openSpool } from '@weir/infra/spool/open';
import { numbersIn } from './spool-home.ts';
import type { Adopted, Order } from './spool-processes.ts';

const SMALL_SEGMENT = 4_096;

let spool: Spool;

const ORDERS: { [Name in keyof Order]: (what: Order[Name]) => Promise<unknown> } = {
  become: async (user) => void process.setuid?.(user),
  open: async (directory) => {
    spool = await openSpool(directory, { maxSegmentBytes: SMALL_SEGMENT });
  },
  append: async ({ from, to, size }) => {
    const numbers = Array.from({ length: to - from }, (_, at) => from + at);
    await Promise.all(numbers.map((n) => spool.append({ n, text: 'x'.repeat(size) })));
  },
  pour: async ({ lanes }) => void Promise.all(Array.from({ length: lanes }, pour)),
  adopt: async () => {
    const deadSpools = await spool.adopt();
    return await Promise.all(
      deadSpools.map(async ({ name, segments }): Promise<Adopted> => ({ name, numbers: await numbersIn(segments) })),
    );
  },
  stats: async () => spool.stats(),
};

let poured = 0;

/** One record after the other, for ever: each is told of once it was acknowledged. */
async function pour(): Promise<never> {
  for (;;) {
    poured += 1;
    const n = poured;
    await spool.append({ n, text: 'x'.repeat(n % 700) });
    process.send?.({ acknowledged: n });
  }
}

process.on('message', async ({ order, what }: { order: keyof Order; what: never }) => {
  const outcome = await ORDERS[order](what).then(
    (answer) => ({ answer }),
    ({ name, message }: Error) => ({ refusal: { name, message } }),
  );
  process.send?.(outcome);
});
process.on('disconnect', () => process.exit());
