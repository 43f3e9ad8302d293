import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Completion } from '@weir/ledger/completion';
import { Registry } from 'prom-client';
import { completion, idsUpTo, opening } from '../../testing/records.ts';
import type { Outbox } from './outbox.ts';
import { watchOutbox } from './outbox-metrics.ts';

/** Does what it is asked when the test lets it. */
class SlowOutbox implements Outbox {
  readonly #waiting: (() => void)[] = [];
  refusing: Error | undefined;

  async open(): Promise<void> {
    if (this.refusing !== undefined) throw this.refusing;
    await this.#turn();
  }

  async close(compose: () => Completion): Promise<Completion> {
    await this.#turn();
    return compose();
  }

  withdraw(): Promise<void> {
    return this.#turn();
  }

  async shutdown(): Promise<number> {
    return 7;
  }

  /** Whatever is under way is done. */
  async done(): Promise<void> {
    for (const resolve of this.#waiting.splice(0)) resolve();
    await new Promise((resolve) => setImmediate(resolve));
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

let registry: Registry;
let outbox: SlowOutbox;
let open: Set<string>;
let watched: Outbox;

beforeEach(() => {
  registry = new Registry();
  outbox = new SlowOutbox();
  open = new Set();
  watched = watchOutbox(outbox, { registry, openNow: () => open.size });
});

async function reading(name: string, labels: Record<string, string> = {}): Promise<number | undefined> {
  const metric = (await registry.getMetricsAsJSON()).find((one) => `${name}`.startsWith(one.name));
  const values = metric?.values as { metricName?: string; labels: Record<string, string>; value: number }[];
  return values.find((one) => (one.metricName ?? metric?.name) === name && isWithin(labels, one.labels))?.value;
}

const isWithin = (wanted: Record<string, string>, labels: Record<string, string>) =>
  Object.entries(wanted).every(([key, value]) => labels[key] === value);

/** As the route does: it is under way from the moment that its opening is durable. */
const begin = (id: string) => watched.open(opening(id)).then(() => void open.add(id));
const end = (id: string) => watched.close(() => completion(id), opening(id)).then(() => void open.delete(id));

describe('the completeness is 0', () => {
  const even = async () => expect(await reading('weir_completeness')).toBe(0);

  test('before anything happened', even);

  test('whatever is under way, in any mix', async () => {
    const ids = idsUpTo(30);
    const opened = ids.map(begin);
    await even();
    await outbox.done();
    await Promise.all(opened);
    await even();
    const closed = ids.slice(0, 10).map(end);
    await even();
    await outbox.done();
    await Promise.all(closed);
    await even();
    outbox.refusing = new Error('unmetered');
    await Promise.all(idsUpTo(5).map((id) => expect(begin(id)).rejects.toThrow('unmetered')));
    await even();
  });

  test('from when an opening that never became a request begins to be withdrawn', async () => {
    const opened = watched.open(opening('a'));
    await outbox.done();
    await opened;
    const withdrawn = watched.withdraw(opening('a'));
    await even();
    await outbox.done();
    await withdrawn;
    await even();
  });
});

describe('the completeness is above 0', () => {
  const lost = async (count: number) => expect(await reading('weir_completeness')).toBe(count);

  test('when a request is gone that was never closed', async () => {
    const begun = ['a', 'b', 'c'].map(begin);
    await outbox.done();
    await Promise.all(begun);
    open.delete('b');
    await lost(1);
    const ended = ['a', 'c'].map(end);
    await outbox.done();
    await Promise.all(ended);
    await lost(1);
  });
});

describe('what is counted', () => {
  test('is what became durable, and how long it took', async () => {
    const under_way = [
      watched.open(opening('a')),
      watched.close(() => completion('a'), opening('a')),
      watched.withdraw(opening('b')),
    ];
    const names = ['weir_openings_total', 'weir_closings_total', 'weir_withdrawals_total'];
    for (const name of names) expect(await reading(name)).toBe(0);
    await outbox.done();
    await Promise.all(under_way);
    for (const name of names) expect(await reading(name)).toBe(1);
    for (const verb of ['open', 'close', 'withdraw']) {
      expect(await reading('weir_outbox_seconds_count', { verb })).toBe(1);
    }
  });

  test('is not what was refused', async () => {
    outbox.refusing = new Error('unmetered');
    await expect(watched.open(opening('a'))).rejects.toBe(outbox.refusing);
    expect(await reading('weir_openings_total')).toBe(0);
    expect(await reading('weir_outbox_seconds_count', { verb: 'open' })).toBeUndefined();
  });
});

test('what the outbox hands back is handed on', async () => {
  const stored = completion('a');
  const closed = watched.close(() => stored, opening('a'));
  await outbox.done();
  expect(await closed).toBe(stored);
  expect(await watched.shutdown()).toBe(7);
});
