import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { MinuteCount, Register } from '@weir/infra/register';
import { openRegister } from '@weir/infra/register/open';
import { lostCompletion, type Opening, openingSchema } from '@weir/ledger/opening';
import { type Home, servers } from '../support/queue-servers.ts';
import { ALL, opening, openings } from '../support/register-openings.ts';

jest.setTimeout(30_000);

const PATIENCE_MS = 5000;

describe.each(servers)('the register on $name', (server) => {
  const it = server.missing ? test.skip : test;
  let home: Home;
  let register: Register;

  beforeEach(async () => {
    if (server.missing) return;
    home = await server.open();
    register = openRegister(home.location, { timeoutMs: PATIENCE_MS });
  });

  afterEach(async () => {
    if (server.missing) return;
    await register.close();
    await home.leave();
  });

  const openAll = (all: readonly Opening[]) => Promise.all(all.map((one) => register.open(one)));
  const of = (gateway: string, atMost = ALL) => register.openingsOf(gateway, atMost);

  it('gives back what was put in, and it still passes for an opening', async () => {
    const one = opening();
    await register.open(one);
    const found = await of('gateway-1');
    expect(found).toEqual([one]);
    expect(openingSchema.parse(found[0])).toEqual(one);
    expect(lostCompletion(openingSchema.parse(found[0]), new Date()).id).toBe(one.id);
  });

  it('keeps an opening that comes twice once', async () => {
    const one = opening();
    await register.open(one);
    await register.open(one);
    await Promise.all([register.open(one), register.open(one)]);
    expect(await of('gateway-1')).toEqual([one]);
  });

  it('forgets what is retired, and nothing else', async () => {
    const [first, second, third] = openings(3) as [Opening, Opening, Opening];
    await openAll([first, second, third]);
    await register.retire('gateway-1', second.id);
    expect(await of('gateway-1')).toEqual([first, third]);
  });

  it('does not mind the retirement of what is not there', async () => {
    const one = opening();
    await register.retire('nobody', randomUUID());
    await register.open(one);
    await register.retire('gateway-1', randomUUID());
    await register.retire('gateway-2', one.id);
    expect(await of('gateway-1')).toEqual([one]);
  });

  it('takes an opening again that was retired', async () => {
    const one = opening();
    await register.open(one);
    await register.retire('gateway-1', one.id);
    await register.open(one);
    expect(await of('gateway-1')).toEqual([one]);
  });

  it("shows a gateway's own openings alone, whatever it is called", async () => {
    const names = ['gateway-1', 'gateway-10', 'gateway', 'Gateway-1', "o'gateway:*", 'ゲート 🚪'];
    const all = names.map((gateway) => opening({ gateway }));
    await openAll(all);
    expect(await Promise.all(names.map((name) => of(name)))).toEqual(all.map((one) => [one]));
    expect(await register.gateways()).toEqual(new Map(names.map((name) => [name, 0])));
    expect(await of('nobody')).toEqual([]);
  });

  it('shows the oldest first, however they came', async () => {
    const all = openings(300);
    await openAll(all.toReversed());
    expect(await of('gateway-1')).toEqual(all);
  });

  it('shows as many as asked for, each once, until whoever retires them has had them all', async () => {
    const all = openings(2500);
    await openAll(all);
    const seen: unknown[] = [];
    for (let page = await of('gateway-1', 400); page.length > 0; page = await of('gateway-1', 400)) {
      expect(page).toHaveLength(Math.min(400, 2500 - seen.length));
      seen.push(...page);
      await Promise.all((page as Opening[]).map(({ id }) => register.retire('gateway-1', id)));
    }
    const ids = (seen as Opening[]).map(({ id }) => id);
    expect(ids.toSorted()).toEqual(all.map(({ id }) => id));
  });

  it('shows as few as one', async () => {
    await openAll(openings(200));
    expect(await of('gateway-1', 1)).toHaveLength(1);
  });

  it('keeps texts of every kind as they are', async () => {
    const odd = [
      '',
      ' ',
      '\u0000',
      '\ud800',
      'a\udc00b',
      '\\u0000',
      '"},{"',
      "';--",
      '{1,2}',
      '\n\r\t',
      'é e\u0301 🧵 עִבְרִית',
    ];
    const all = odd.map((text) =>
      opening({ modelRequested: text, user: text, tags: { [text]: text, ['__proto__']: 'x' } }),
    );
    await openAll(all);
    expect(await of('gateway-1')).toEqual(all.map((one) => JSON.parse(JSON.stringify(one))));
  });

  it('keeps numbers, nulls and what is absent as they are', async () => {
    const all = [
      opening({ billed: false, tags: null, priceOverride: null }),
      opening({ billed: true, pricedAs: null }),
    ];
    await openAll(all);
    const found = await of('gateway-1');
    expect(found).toStrictEqual(all);
  });

  it('takes 2,000 openings at once, and their retirement', async () => {
    const all = openings(2000);
    await openAll(all);
    expect(await of('gateway-1')).toEqual(all);
    await Promise.all(all.map(({ id }) => register.retire('gateway-1', id)));
    expect(await of('gateway-1')).toEqual([]);
  });

  it('takes openings while it retires others', async () => {
    const all = openings(1000);
    await Promise.all(
      all.map(async (one, at) => {
        await register.open(one);
        if (at % 2 === 0) await register.retire('gateway-1', one.id);
      }),
    );
    expect(await of('gateway-1')).toEqual(all.filter((_, at) => at % 2 === 1));
  });

  it('lets two retire the same openings at once, in any order', async () => {
    const all = openings(1000);
    await openAll(all);
    const second = openRegister(home.location, { timeoutMs: PATIENCE_MS });
    const retireAll = (by: Register, these: readonly Opening[]) => these.map(({ id }) => by.retire('gateway-1', id));
    await Promise.all([...retireAll(register, all), ...retireAll(second, all.toReversed())]);
    expect(await of('gateway-1')).toEqual([]);
    await second.close();
  });

  it('counts beats, of each gateway by itself, and says what it counted', async () => {
    expect(await register.beat('gateway-1')).toBe(1);
    expect(await register.beat('gateway-2')).toBe(1);
    expect(await register.beat('gateway-1')).toBe(2);
    expect(await register.gateways()).toEqual(
      new Map([
        ['gateway-1', 2],
        ['gateway-2', 1],
      ]),
    );
  });

  it('lists a gateway that never beat as long as it has openings, and counts on when it does', async () => {
    const one = opening({ gateway: 'silent' });
    await register.open(one);
    expect(await register.gateways()).toEqual(new Map([['silent', 0]]));
    await register.beat('silent');
    expect(await register.gateways()).toEqual(new Map([['silent', 1]]));
    await register.open(opening({ gateway: 'silent', id: one.id }));
    expect(await register.gateways()).toEqual(new Map([['silent', 1]]));
  });

  it('forgets a gateway that leaves with nothing open', async () => {
    const one = opening();
    await register.beat('gateway-1');
    await register.open(one);
    await register.retire('gateway-1', one.id);
    await register.leave('gateway-1');
    await register.leave('nobody');
    expect(await register.gateways()).toEqual(new Map());
  });

  it('keeps the openings of a gateway that leaves, and lists it until it leaves without', async () => {
    const one = opening();
    await register.beat('gateway-1');
    await register.open(one);
    await register.leave('gateway-1');
    expect(await of('gateway-1')).toEqual([one]);
    expect(await register.gateways()).toEqual(new Map([['gateway-1', 0]]));
    await register.retire('gateway-1', one.id);
    await register.leave('gateway-1');
    expect(await register.gateways()).toEqual(new Map());
  });

  it('forgets a gateway that is taken for gone, where it still stands at that number', async () => {
    await register.beat('gateway-1');
    await register.beat('gateway-1');
    await register.leave('gateway-1', 2);
    await register.leave('nobody', 0);
    await register.leave('nobody', 2);
    expect(await register.gateways()).toEqual(new Map());
    expect(await register.beat('gateway-1')).toBe(1); // by which one that lives after all learns of it
  });

  it('does not forget a gateway that has beaten since, nor what it has open', async () => {
    const one = opening();
    await register.beat('gateway-1');
    await register.beat('gateway-1');
    await register.leave('gateway-1', 1);
    expect(await register.gateways()).toEqual(new Map([['gateway-1', 2]]));
    await register.open(one);
    await register.leave('gateway-1', 1);
    await register.leave('gateway-1', 0);
    expect(await register.gateways()).toEqual(new Map([['gateway-1', 2]]));
    expect(await of('gateway-1')).toEqual([one]);
  });

  it('keeps the openings of a gateway that is taken for gone, and lists it until it is forgotten without', async () => {
    const one = opening();
    await register.beat('gateway-1');
    await register.open(one);
    await register.leave('gateway-1', 1);
    expect(await of('gateway-1')).toEqual([one]);
    expect(await register.gateways()).toEqual(new Map([['gateway-1', 0]]));
    await register.retire('gateway-1', one.id);
    await register.leave('gateway-1', 0);
    expect(await register.gateways()).toEqual(new Map());
  });

  it('lists a gateway that is back after it left', async () => {
    const one = opening();
    await register.open(one);
    await register.retire('gateway-1', one.id);
    await register.leave('gateway-1');
    await register.open(one);
    expect(await register.gateways()).toEqual(new Map([['gateway-1', 0]]));
    await register.beat('gateway-1');
    expect(await register.gateways()).toEqual(new Map([['gateway-1', 1]]));
  });

  it('is one and the same for all who open it', async () => {
    const another = openRegister(home.location, { timeoutMs: PATIENCE_MS });
    const one = opening();
    await register.open(one);
    await register.beat('gateway-1');
    expect(await another.openingsOf('gateway-1', ALL)).toEqual([one]);
    expect(await another.gateways()).toEqual(new Map([['gateway-1', 1]]));
    await another.close();
  });

  describe('of counts', () => {
    const counted = (gateway: string, minute: number, opened: number, closed: number): MinuteCount => ({
      gateway,
      minute,
      opened,
      closed,
    });
    const known = async () => new Set((await register.counts()).map((one) => Object.values(one).join(' ')));

    it('keeps the last word on each minute of each gateway', async () => {
      expect(await register.counts()).toEqual([]);
      await register.count([counted('gateway-1', 29_000_001, 7, 3), counted('gateway-1', 29_000_002, 1, 0)]);
      await register.count([counted('gateway-2', 29_000_001, 5, 5)]);
      await register.count([counted('gateway-1', 29_000_001, 6, 6)]);
      await register.count([]);
      const all = ['gateway-1 29000001 6 6', 'gateway-1 29000002 1 0', 'gateway-2 29000001 5 5'];
      expect(await known()).toEqual(new Set(all));
    });

    it('keeps a gateway apart, whatever it is called', async () => {
      const names = ['gateway-1', 'gateway', "o'gateway:1:*", 'ゲート 🚪', '7:7'];
      await register.count(names.map((name, at) => counted(name, 29_000_000, at + 1, at)));
      expect(await known()).toEqual(new Set(names.map((name, at) => `${name} 29000000 ${at + 1} ${at}`)));
      await register.forget([counted('gateway', 29_000_000, 2, 1)]);
      expect((await register.counts()).map(({ gateway }) => gateway)).not.toContain('gateway');
      expect(await register.counts()).toHaveLength(names.length - 1);
    });

    it('forgets those that are as they were, and no other', async () => {
      const [settled, changed] = [counted('gateway-1', 29_000_001, 7, 7), counted('gateway-1', 29_000_002, 3, 3)];
      await register.count([settled, changed]);
      await register.count([counted('gateway-1', 29_000_002, 4, 3)]);
      await register.forget([settled, changed, counted('nobody', 1, 1, 1)]);
      await register.forget([]);
      expect(await known()).toEqual(new Set(['gateway-1 29000002 4 3']));
    });

    it('lists nobody for its counts alone', async () => {
      await register.count([counted('gateway-1', 29_000_001, 7, 7)]);
      expect(await register.gateways()).toEqual(new Map());
    });
  });
});
