import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { RecordSink } from '@weir/infra/sinks';
import { type Completion, completionSchema } from '@weir/ledger/completion';
import { type Opening, openingSchema } from '@weir/ledger/opening';
import { aCompletion } from '@weir/ledger/testing/records';
import { opening, openings } from '../support/register-openings.ts';
import { until } from './queue-writer-harness.ts';
import { type SinkInTest, sinks } from './sinks.ts';

jest.setTimeout(30_000);

const completion = (known: Partial<Completion> = {}) => aCompletion({ ...opening(), ...known });

const completions = (count: number) => Array.from({ length: count }, () => completion());
const idsOf = (all: readonly { readonly id: string }[]) => all.map(({ id }) => id).toSorted();

const ODD_TEXTS = ['\u0000', 'a\u0000b', '\ud800', 'a\udc00b', '\udfff\ud800', '\\u0000', '\\ud800', '"},{"', '🧵', ''];

describe.each(sinks)('$name', (subject) => {
  const it = subject.missing ? test.skip : test;
  let tested: SinkInTest;
  let sink: RecordSink;

  beforeEach(async () => {
    if (subject.missing) return;
    tested = await subject.open();
    sink = tested.sink;
  });
  afterEach(async () => {
    if (!subject.missing) await tested.leave();
  });

  const found = async () => ({
    openings: [...(await tested.openings()).keys()].toSorted(),
    completions: [...(await tested.completions()).keys()].toSorted(),
  });

  it('has an opening where others can read it, as it was given, when the verb resolves', async () => {
    const one = opening();
    await sink.open(one);
    expect((await tested.openings()).get(one.id)).toEqual(one);
  });

  it('has a completion where others can read it, as it was given, when the verb resolves', async () => {
    const one = completion();
    await sink.close(one);
    expect((await tested.completions()).get(one.id)).toEqual(one);
  });

  it('has no opening any more that was withdrawn, and all the others', async () => {
    const [first, second, third] = openings(3) as [Opening, Opening, Opening];
    for (const one of [first, second, third]) await sink.open(one);
    await sink.withdraw(second);
    expect(await found()).toEqual({ openings: idsOf([first, third]), completions: [] });
  });

  it('has soon no opening any more of what was closed, and all the others', async () => {
    const [first, second, third] = openings(3) as [Opening, Opening, Opening];
    for (const one of [first, second, third]) await sink.open(one);
    await sink.close(completion(second));
    await until(async () => !(await tested.openings()).has(second.id)); // nobody waits for it
    expect(await found()).toEqual({ openings: idsOf([first, third]), completions: [second.id] });
  });

  it('takes the same twice, and has it once', async () => {
    const [begun, ended] = [opening(), completion()];
    for (let time = 0; time < 2; time += 1) {
      await sink.open(begun);
      await sink.close(ended);
    }
    await Promise.all([sink.open(begun), sink.open(begun), sink.close(ended), sink.close(ended)]);
    expect(await found()).toEqual({ openings: [begun.id], completions: [ended.id] });
  });

  it('does not mind the withdrawal of what it never had, or has no more', async () => {
    const one = opening();
    await sink.withdraw(one);
    await sink.open(one);
    await sink.withdraw(one);
    await sink.withdraw(one);
    expect(await found()).toEqual({ openings: [], completions: [] });
  });

  it('takes 500 of each at once', async () => {
    const [begun, withdrawn, ended] = [openings(500), openings(500), completions(500)];
    await Promise.all(withdrawn.map((one) => sink.open(one)));
    await Promise.all([
      ...begun.map((one) => sink.open(one)),
      ...ended.map((one) => sink.close(one)),
      ...withdrawn.map((one) => sink.withdraw(one)),
    ]);
    expect(await found()).toEqual({ openings: idsOf(begun), completions: idsOf(ended) });
  });

  it('keeps what the ledger can keep of whatever a provider says of itself', async () => {
    for (const text of ODD_TEXTS) {
      const usage = { [`tokens${text}`]: 9, [text]: [text, { deep: { [text]: text } }], count: 1e300, none: null };
      const odd = completion({ model: text, upstreamId: text, finishReason: text, usage });
      await sink.close(odd);
      expect(completionSchema.parse((await tested.completions()).get(odd.id))).toEqual(completionSchema.parse(odd));
    }
  });

  it('keeps what the ledger can keep of whatever a caller says', async () => {
    for (const text of ODD_TEXTS) {
      const odd = opening({ modelRequested: text, user: text, callerRequestId: text, tags: { [text]: text } });
      await sink.open(odd);
      expect(openingSchema.parse((await tested.openings()).get(odd.id))).toEqual(openingSchema.parse(odd));
    }
  });

  it('lets nobody suffer for what is odd about another that comes at the same time', async () => {
    const odd = ODD_TEXTS.map((text) => completion({ model: text, usage: { [text]: text } }));
    // Not even the ledger would take this one: it has to come there to be found out.
    const refused = completion({ model: '\u0000', inputTokens: 3_000_000_000 });
    const [all, begun] = [[...completions(50), ...odd, refused, ...completions(50)], openings(50)];
    const oddlyBegun = ODD_TEXTS.map((text) => opening({ modelRequested: text, tags: { [text]: text } }));
    await Promise.all([
      ...all.map((one) => sink.close(one)),
      ...[...oddlyBegun, ...begun].map((one) => sink.open(one)),
    ]);
    expect(await found()).toEqual({ openings: idsOf([...oddlyBegun, ...begun]), completions: idsOf(all) });
  });
});
