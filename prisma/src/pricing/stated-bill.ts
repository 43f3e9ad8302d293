// The provider's own bill, where its usage object states one: OpenRouter in USD, Perplexity in an object of them, xAI in
// ticks of 10⁻¹⁰ USD. No price list knows better.
import type { Completion } from '../completion.ts';
import { decimalOf, formatUsd, parseUsd } from '../money.ts';
import { isObject, type JsonObject, objectIn } from './count-in.ts';

type Billed = Pick<Completion, 'usage' | 'usageSource'>;

/** USD; `bill`: there is one that cannot be read; undefined: there is none. */
export type StatedBill = Bill | undefined;

type Bill = { readonly usd: string } | 'bill' | 'amount';

const PICO_PER_TICK = 100n;
const MOST_USD = 100_000_000;

export function statedBill({ usage, usageSource }: Billed): StatedBill {
  if (usage === null) return undefined;
  const { cost, cost_in_usd_ticks: ticks } = usage;
  if (ticks !== undefined && ticks !== null) return billOfTicks(ticks);
  if (cost === undefined || cost === null) return undefined;
  // Perplexity states what it comes to so far, and the whole at the end alone.
  if (isObject(cost)) return usageSource === 'reported' ? billOf(cost['total_cost']) : 'bill';
  return usage['is_byok'] === true ? billOfBoth(cost, objectIn(usage, 'cost_details')) : billOf(cost);
}

/** With a key of one's own at OpenRouter, its fee is one part, and what the model's provider charges the other. */
function billOfBoth(fee: unknown, { upstream_inference_cost: upstream }: JsonObject): Bill {
  const [own, theirs] = [billOf(fee), billOf(upstream)];
  if (typeof own === 'string') return own;
  return typeof theirs === 'string' ? theirs : { usd: formatUsd(parseUsd(own.usd) + parseUsd(theirs.usd)) };
}

function billOf(usd: unknown): Bill {
  const amount = typeof usd === 'string' && /^\d+(\.\d+)?$/.test(usd) ? Number(usd) : usd;
  if (typeof amount !== 'number' || !(amount >= 0)) return 'bill';
  return amount < MOST_USD ? { usd: decimalOf(amount) } : 'amount';
}

const billOfTicks = (ticks: unknown): Bill =>
  typeof ticks === 'number' && Number.isSafeInteger(ticks) && ticks >= 0
    ? { usd: formatUsd(BigInt(ticks) * PICO_PER_TICK) }
    : 'bill';
