// Whatever is billed: the lines of a price add up to the cost, to the last digit, and each is its quantity at its rate.
import { expect, test } from '@jest/globals';
import { aCompletion } from '../../testing/records.ts';
import { parseUsd } from '../money.ts';
import type { TokenPrices, UnitPrices } from '../unit-prices.ts';
import { priceOf } from './prices.ts';

/** The same numbers each time: a failure can be looked at again. */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const RATES = ['0', '0.000000000001', '0.083333333333', '0.1', '2.5', '3.75', '999.999999999999'];

function randomRow(below: (limit: number) => number) {
  const rate = () => RATES[below(RATES.length)] as string;
  const tokens = { input: rate(), output: rate(), inputAudio: rate(), outputAudio: rate() };
  const prices: UnitPrices = {
    ...tokens,
    ...(below(2) === 1 && { cachedInput: rate(), cachedAudio: rate() }),
    ...(below(2) === 1 && { cacheWrite: rate(), cacheWrite1h: rate() }),
    each: { requests: rate(), web_searches: rate(), seconds: rate() },
    tiers: { flex: tokens satisfies TokenPrices },
  };
  const [input, output] = [below(3_000_000), below(100_000)];
  const sound = below(input + 1);
  const details = { audio_tokens: sound, cached_tokens_details: { audio_tokens: below(sound + 1) } };
  return aCompletion({
    priceOverride: prices,
    inputTokens: input,
    cachedInputTokens: below(input + 1),
    cacheWriteTokens: below(2) * below(input + 1) * (sound === 0 ? 1 : 0),
    outputTokens: output,
    usage: { prompt_tokens_details: details, completion_tokens_details: { audio_tokens: below(output + 1) } },
    units: { web_searches: below(5), seconds: below(100_000) / 1_000 },
    serviceTier: below(2) === 1 ? 'flex' : null,
  });
}

test('the lines of a price add up to the cost', () => {
  const below = numbersFrom(20_261_130);
  const bills = Array.from({ length: 2_000 }, () => priceOf(randomRow(below)));
  const priced = bills.filter(({ cost }) => cost !== null);
  expect(priced.length).toBeGreaterThan(1_900);
  for (const { cost, price } of priced) {
    const lines = price?.lines ?? [];
    const sum = lines.reduce((total, line) => total + parseUsd(line.cost), 0n);
    expect(sum).toBe(parseUsd(cost ?? ''));
    // As many as there are, at their rate: rounded once, and so within one of the last digit.
    for (const { quantity, rate, per = 1_000_000, cost: share } of lines) {
      const exact = (BigInt(Math.round(quantity * 1_000)) * parseUsd(rate)) / BigInt(per * 1_000);
      expect(Math.abs(Number(parseUsd(share) - exact))).toBeLessThanOrEqual(1);
    }
  }
});
