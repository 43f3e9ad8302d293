// A completion → what it cost, line by line. The provider's own bill wins, then the operator's prices, then the known ones.
// Where a part of it has no known price, or was not believed, it costs null and says why: unknown is never free.
import type { Completion } from '../completion.ts';
import { formatUsd, sharesOf } from '../money.ts';
import { areCounts, chargesOf, type NamedCharge } from './charges.ts';
import { knownPrices, SIMULATOR } from './known-prices.ts';
import type { CostSource, Price } from './price.ts';
import { OPAQUE, type Quantities, quantitiesOf } from './quantities.ts';
import { operatorRates, type Rates } from './rates.ts';
import { statedBill } from './stated-bill.ts';
import { servedIn, tierOf } from './tier.ts';
import type { Unpriced } from './unpriced.ts';

export { providerNamed, providerOf, SIMULATOR } from './known-prices.ts';
export { isUsualTier } from './tier.ts';

export type Priced = Pick<
  Completion,
  | 'dialect'
  | 'model'
  | 'modelRequested'
  | 'startedAt'
  | 'pricedAs'
  | 'priceOverride'
  | 'billed'
  | 'usageSource'
  | 'usage'
  | 'units'
  | 'serviceTier'
  | 'unpriced'
  | 'inputTokens'
  | 'cachedInputTokens'
  | 'cacheWriteTokens'
  | 'outputTokens'
>;

/** The columns that say what a request cost and by what, or why it has no cost. */
export interface Cost {
  readonly cost: string | null;
  readonly costSource: CostSource | null;
  readonly price: Price | null;
  readonly unpriced: string | null;
  readonly units: Completion['units'];
  readonly serviceTier: Completion['serviceTier'];
}

export function priceOf(row: Priced): Cost {
  const used = quantitiesOf(row);
  const units = areCounts(used.units) ? used.units : row.units;
  const counted = { units, serviceTier: row.serviceTier ?? servedIn(row) };
  const bill = neverBilled(row) ?? billStated(row) ?? notCounted(row) ?? billFor(row, used);
  if (typeof bill === 'string') return { cost: null, costSource: null, price: null, unpriced: bill, ...counted };
  return { ...bill, unpriced: null, ...counted };
}

type Bill = Pick<Cost, 'cost' | 'costSource' | 'price'>;

/** Whatever it says of itself. */
function neverBilled({ pricedAs, billed }: Priced): Unpriced | null {
  if (pricedAs === SIMULATOR) return 'simulated';
  return billed === false ? 'replay' : null;
}

/** Holds even where nothing else was said, or nothing else is believed. */
function billStated(row: Priced): Bill | Unpriced | null {
  const stated = statedBill(row);
  if (stated === undefined || typeof stated === 'string') return stated ?? null;
  return billOf([{ kind: 'bill', quantity: 1, usd: stated.usd, per: 1 }], 'provider');
}

/** What no price could help. */
const notCounted = ({ unpriced, usageSource }: Priced): string | null =>
  unpriced ?? (usageSource === 'none' ? 'unreported' : null);

function billFor(row: Priced, used: Quantities): Bill | Unpriced {
  const tier = tierOf(row);
  const rates = ratesFor(row, tier);
  if (typeof rates === 'string') return rates;
  const charges = chargesOf(used, rates);
  if (typeof charges === 'string') return charges;
  const named = tier === null ? rates.named : { ...rates.named, tier };
  return billOf(charges, row.priceOverride === null ? 'known' : 'operator', named);
}

/** The model as the provider named it, else as the caller did: a deployment's or a proxy's name may hide either. */
function ratesFor(row: Priced, tier: string | null): Rates | Unpriced {
  if (row.priceOverride !== null) return operatorRates(row.priceOverride, tier);
  if (row.dialect === OPAQUE) return 'rate'; // what else such a call is billed by is not known
  const { model, modelRequested, pricedAs: provider, startedAt: at, inputTokens } = row;
  const names = model === null ? [modelRequested] : [model, modelRequested];
  return knownPrices({ names, provider, at, inputTokens, tier });
}

const A_MILLION = 1_000_000;

/** The row's column has eight places before the point. */
const MOST_PICO = 10n ** 20n;

function billOf(
  charges: readonly NamedCharge[],
  costSource: CostSource,
  named?: Omit<Price, 'lines'>,
): Bill | 'amount' {
  const shares = sharesOf(charges);
  const total = shares.reduce((sum, share) => sum + share, 0n);
  if (total >= MOST_PICO) return 'amount';
  const lines = charges.map(({ kind, quantity, usd: rate, per }, at) => {
    return { kind, quantity, rate, ...(per !== A_MILLION && { per }), cost: formatUsd(shares[at] ?? 0n) };
  });
  return { cost: formatUsd(total), costSource, price: { ...named, lines } };
}
