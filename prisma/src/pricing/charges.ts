// What was used × what it costs → what is charged, each token once, at the rate of its own kind. Where a part has no rate,
// there is no sum without it: the answer is why.
import type { Charge } from '../money.ts';
import { MEASURES, type TokenKind } from '../unit-prices.ts';
import type { Quantities } from './quantities.ts';
import { type RateOfUnit, type Rates, rateOf } from './rates.ts';
import { type Tokens, tokensByKind } from './token-kinds.ts';
import type { Unpriced } from './unpriced.ts';

/** What is charged for, as the row's `price` names it. */
export interface NamedCharge extends Charge {
  readonly kind: string;
}

type Charges = NamedCharge[] | Unpriced;

export function chargesOf(used: Quantities, rates: Rates): Charges {
  if (isUnreadable(used)) return 'usage';
  const tokens = tokensByKind(used, rates);
  if (tokens === null) return 'rate';
  const charged = chargesOfTokens(tokens, rates);
  return typeof charged === 'string' ? charged : withUnits(charged, used, rates);
}

function chargesOfTokens(tokens: Tokens, rates: Rates): Charges {
  const charges: NamedCharge[] = [];
  for (const [kind, quantity] of Object.entries(tokens) as [TokenKind, number][]) {
    if (quantity === 0) continue;
    const usd = rateOf(kind, rates);
    if (usd === undefined) return 'rate';
    charges.push({ kind, quantity, usd, per: 1_000_000 });
  }
  return charges;
}

/** A price that is not for tokens, where nothing else was counted, would make a request free that is not. */
function withUnits(ofTokens: readonly NamedCharge[], { units }: Quantities, { each, tokens }: Rates): Charges {
  const charges = [...ofTokens];
  const fee = each['requests'];
  if (fee !== undefined) charges.push(chargeEach('requests', 1, fee));
  for (const [kind, count] of Object.entries(units ?? NOTHING)) {
    const rate = each[kind];
    if (count === 0) continue;
    if (rate !== undefined) charges.push(chargeEach(kind, count, rate));
    else if (!isMeasure(kind)) return 'tool';
    else if (ofTokens.length === 0) return 'rate';
  }
  const isForTokens = tokens.input !== undefined || tokens.output !== undefined;
  return isForTokens || units !== null || charges.length > 0 ? charges : 'rate';
}

const NOTHING: NonNullable<Quantities['units']> = {};

const chargeEach = (kind: string, count: number, { usd, per, least = 0 }: RateOfUnit): NamedCharge => {
  return { kind, quantity: Math.max(count, least), usd, per };
};

/** It says again, in other terms, what was billed as tokens; where there are none, it is the bill. */
const isMeasure = (kind: string): boolean => MEASURES.some((measure) => measure === kind);

const MOST_UNITS = 1_000_000_000;

/** What a provider said that is no count is NaN. */
export const areCounts = (units: Quantities['units']): boolean =>
  units === null || Object.values(units).every((count) => count <= MOST_UNITS);

function isUnreadable({ input, cached, output, writtenForAnHour, units }: Quantities): boolean {
  if (Number.isNaN(writtenForAnHour)) return true;
  if ([input, cached, output].some(({ audio = 0, image = 0, video = 0 }) => Number.isNaN(audio + image + video))) {
    return true;
  }
  return !areCounts(units);
}
