import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type Entry, EntryRefused, type Posted } from '@weir/ledger/ledger';
import { entries, entry, lost } from './ledger-entries.ts';
import { type Kept, keptOf, SUBJECTS, type Subject } from './ledger-subjects.ts';

jest.setTimeout(20_000);

const posted = (difference: Partial<Posted>): Posted => ({
  written: 0,
  replaced: 0,
  known: 0,
  replays: [],
  ...difference,
});
const sum = (all: readonly Posted[]): Posted =>
  all.reduce((total, one) => ({
    written: total.written + one.written,
    replaced: total.replaced + one.replaced,
    known: total.known + one.known,
    replays: [...total.replays, ...one.replays],
  }));

describe.each(SUBJECTS)('the ledger $name', ({ open }) => {
  let subject: Subject;
  beforeAll(async () => {
    subject = await open();
  });
  afterAll(() => subject.close());

  const post = (batch: readonly Entry[]) => subject.ledger.post(batch);
  const standing = async (id: string): Promise<Kept[]> => (await subject.kept()).filter((row) => row.id === id);
  const expectStanding = async (one: Entry) => expect(await standing(one.id)).toEqual([keptOf(one)]);

  describe('a response that may be read more than once', () => {
    const reading = (id: string, more: Partial<Entry> = {}) =>
      entry({ billedOnce: id, unpriced: null, cost: '1', ...more });
    const costs = async (all: readonly Entry[]) => {
      const rows = await Promise.all(all.map(({ id }) => standing(id)));
      return rows.flat().map(({ cost, unpriced }) => [cost === null ? null : Number(cost), unpriced]);
    };

    test('has its cost in the first row of it, and in no later one', async () => {
      const all = [reading('resp-a'), reading('resp-a'), reading('resp-a')];
      for (const one of all) await post([one]);
      expect(await costs(all)).toEqual([
        [1, null],
        [null, 'replay'],
        [null, 'replay'],
      ]);
    });

    test('has it once, too, where several come in one batch, or in many at once', async () => {
      const all = Array.from({ length: 12 }, () => reading('resp-b'));
      await Promise.all([post(all.slice(0, 4)), post(all.slice(4, 8).toReversed()), post(all.slice(8))]);
      expect((await costs(all)).filter(([cost]) => cost === 1)).toHaveLength(1);
    });

    test('keeps it where it is handed over again', async () => {
      const [one, other] = [reading('resp-c'), reading('resp-c')];
      await post([one]);
      expect(await post([other, one])).toEqual(posted({ written: 1, known: 1, replays: [other.id] }));
      expect(await costs([one, other])).toEqual([
        [1, null],
        [null, 'replay'],
      ]);
    });

    test('says which were later readings, whatever else has no cost', async () => {
      const [first, model, later] = [reading('resp-e'), entry({ unpriced: 'model' }), reading('resp-e')];
      expect(await post([first])).toEqual(posted({ written: 1 }));
      expect(await post([model, later])).toEqual(posted({ written: 2, replays: [later.id] }));
      expect(await post([later, first])).toEqual(posted({ known: 2, replays: [later.id] }));
    });

    test('is not claimed by a row that is refused', async () => {
      const [refused, good] = [reading('resp-f', { frames: 2_147_483_648 }), reading('resp-f')];
      await expect(post([refused])).rejects.toBeInstanceOf(EntryRefused);
      expect(await post([good])).toEqual(posted({ written: 1 }));
      expect(await costs([good])).toEqual([[1, null]]);
    });

    test('is another one at another upstream', async () => {
      const all = [reading('resp-d', { upstream: 'one' }), reading('resp-d', { upstream: 'other' })];
      await post(all);
      expect(await costs(all)).toEqual([
        [1, null],
        [1, null],
      ]);
    });
  });

  describe('writes', () => {
    test('an entry, and says that it is new', async () => {
      const one = entry();
      expect(await post([one])).toEqual(posted({ written: 1 }));
      await expectStanding(one);
    });

    test('a cost and a usage that are not known as just that', async () => {
      const unknown = entry({ cost: null, price: null, usage: null, usageSource: 'none', model: null, tags: null });
      await post([unknown]);
      await expectStanding(unknown);
    });

    test.each(['0', '0.000000000001', '99999999.999999999999', '0.1'])(
      'a cost of %s to the last digit',
      async (cost) => {
        const one = entry({ cost });
        await post([one]);
        await expectStanding(one);
      },
    );

    test('nothing, when there is nothing to write', async () => {
      expect(await post([])).toEqual(posted({}));
    });

    test('a thousand entries in one call', async () => {
      const thousand = entries(1_000);
      expect(await post(thousand)).toEqual(posted({ written: 1_000 }));
      expect(await post(thousand)).toEqual(posted({ known: 1_000 }));
    });

    test('what is new among what it knows', async () => {
      const [known, provisional, fresh] = [entry(), lost(), entry()];
      await post([known, provisional]);
      const settled = entry({ id: provisional.id });
      expect(await post([fresh, settled, known])).toEqual(posted({ written: 1, replaced: 1, known: 1 }));
    });
  });

  describe('a second delivery', () => {
    test('changes nothing', async () => {
      const one = entry();
      await post([one]);
      expect(await post([one])).toEqual(posted({ known: 1 }));
      await expectStanding(one);
    });

    test('changes nothing even where it says something else', async () => {
      const one = entry();
      await post([one]);
      expect(await post([{ ...one, status: 'ok', reason: null, cost: '1' }])).toEqual(posted({ known: 1 }));
      await expectStanding(one);
    });

    test('is one whatever the case of its id', async () => {
      const one = entry();
      await post([one]);
      expect(await post([{ ...one, id: one.id.toUpperCase() }])).toEqual(posted({ known: 1 }));
    });

    test('within one call counts once', async () => {
      const one = entry();
      expect(await post([one, one, { ...one, id: one.id.toUpperCase() }])).toEqual(posted({ written: 1 }));
      expect(await post([one, one])).toEqual(posted({ known: 1 }));
    });
  });

  describe('a row that stands provisionally, because its gateway seemed lost', () => {
    let provisional: Entry;
    let settled: Entry;
    beforeEach(async () => {
      provisional = lost();
      settled = entry({ id: provisional.id, status: 'ok', reason: null });
      await post([provisional]);
    });

    test('is replaced by what really happened', async () => {
      expect(await post([settled])).toEqual(posted({ replaced: 1 }));
      await expectStanding(settled);
    });

    test('is replaced once', async () => {
      await post([settled]);
      expect(await post([settled])).toEqual(posted({ known: 1 }));
      expect(await post([{ ...settled, cost: '7' }])).toEqual(posted({ known: 1 }));
      await expectStanding(settled);
    });

    test('is not replaced by another of its kind', async () => {
      expect(await post([{ ...provisional, detail: 'another' }])).toEqual(posted({ known: 1 }));
      await expectStanding(provisional);
    });

    test('never comes back over what really happened', async () => {
      await post([settled]);
      expect(await post([provisional])).toEqual(posted({ known: 1 }));
      await expectStanding(settled);
    });

    test('gives way within one call, in either order', async () => {
      expect(await post([provisional, settled, provisional])).toEqual(posted({ replaced: 1 }));
      const [later, real] = [lost(), entry()];
      expect(await post([real, { ...later, id: real.id }])).toEqual(posted({ written: 1 }));
      await expectStanding(settled);
      await expectStanding(real);
    });
  });

  describe('two at once', () => {
    test('who post the same ids, in opposite orders, leave one row each', async () => {
      const shared = entries(200);
      const before = (await subject.kept()).length;
      const both = await Promise.all([
        post(shared),
        post(shared.toReversed()),
        post(shared),
        post(shared.toReversed()),
      ]);
      expect(sum(both)).toEqual(posted({ written: 200, known: 600 }));
      expect(await subject.kept()).toHaveLength(before + 200);
    });

    test('who know what really happened replace each provisional row once', async () => {
      const provisional = Array.from({ length: 50 }, () => lost());
      await post(provisional);
      const settled = provisional.map(({ id }) => entry({ id }));
      const both = await Promise.all([post(settled), post(settled.toReversed()), post(provisional)]);
      expect(sum(both)).toEqual(posted({ replaced: 50, known: 100 }));
      for (const one of settled.slice(0, 3)) await expectStanding(one);
    });
  });

  describe('refuses', () => {
    test.each<[string, Partial<Entry>]>([
      ['an id that is no UUID', { id: 'secret' }],
      ['a NUL character', { detail: 'sec\u0000ret' }],
      ['a NUL character within the usage', { usage: { a: 'sec\u0000ret' } }],
      ['half a character within the usage', { usage: { a: 'secret\ud800' } }],
      ['a count over its column', { frames: 2_147_483_648 }],
      ['a cost over its column', { cost: '100000000' }],
      ['a cost that is no number', { cost: 'secret' }],
      ['a time that is none', { startedAt: 'secret' }],
      ['a status that is none', { status: 'secret' as 'ok' }],
    ])('%s, and with it the whole call', async (_, difference) => {
      const bad = entry(difference);
      const good = entry();
      const refusal = await post([good, bad]).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(EntryRefused);
      expect(String((refusal as Error).message)).not.toMatch(/secret|sec.ret/);
      expect((refusal as Error).cause).toBeUndefined();
      expect(await standing(good.id)).toEqual([]);
    });

    test('a bad entry among a thousand, and writes none', async () => {
      const before = (await subject.kept()).length;
      const batch = [...entries(999), entry({ detail: '\u0000' })];
      await expect(post(batch)).rejects.toBeInstanceOf(EntryRefused);
      expect(await subject.kept()).toHaveLength(before);
    });
  });
});
