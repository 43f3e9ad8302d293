// Exact money: a whole number of pico-USD (10⁻¹² USD, the last digit of the `cost` column) inside, a plain decimal
// string outside. No binary float and no exponent ever stands for an amount.

export const PICO_DIGITS = 12;
const PICO_PER_USD = 10n ** BigInt(PICO_DIGITS);

/** What is charged for: so many, at so much for `per` of them. */
export interface Charge {
  readonly quantity: number;
  readonly usd: string;
  readonly per: Per;
}

/** Prices are for one, for a thousand calls, for an hour's seconds, or for a million tokens. */
export type Per = 1 | 1_000 | 3_600 | 1_000_000;

// Each of these divides nine million: in its fractions, and in millionths of what is counted, every charge is whole.
const FRACTIONS: Readonly<Record<Per, bigint>> = { 1: 9_000_000n, 1000: 9_000n, 3600: 2_500n, 1000000: 9n };
const PARTS_OF_ONE = 1_000_000;
const UNITS_OF_PICO = FRACTIONS[1] * BigInt(PARTS_OF_ONE);
const HALF = UNITS_OF_PICO / 2n;

/**
 * What each charge comes to, in pico-USD. It is their sum that is rounded, once, half up; each has what the sum grows by
 * with it, so that they add up to it.
 */
export function sharesOf(charges: readonly Charge[]): bigint[] {
  let exact = 0n;
  let charged = 0n;
  return charges.map((charge) => {
    exact += exactly(charge);
    const before = charged;
    charged = (exact + HALF) / UNITS_OF_PICO;
    return charged - before;
  });
}

const exactly = ({ quantity, usd, per }: Charge): bigint =>
  BigInt(Math.round(quantity * PARTS_OF_ONE)) * FRACTIONS[per] * rateIn(usd);

// A worker sees the same few rates all day.
const MOST_REMEMBERED = 1_000;
const remembered = new Map<string, bigint>();

function rateIn(usd: string): bigint {
  const known = remembered.get(usd);
  if (known !== undefined) return known;
  if (remembered.size === MOST_REMEMBERED) remembered.clear();
  const pico = parseUsd(usd);
  remembered.set(usd, pico);
  return pico;
}

/** "2.5" → 2_500_000_000_000n. Refuses signs, exponents, and what is finer than a pico-USD. */
export function parseUsd(text: string): bigint {
  const match = /^(\d+)(?:\.(\d{1,12}))?$/.exec(text);
  if (match === null) throw new RangeError('an amount of USD is a plain decimal with at most 12 places');
  const [, whole = '', fraction = ''] = match;
  return BigInt(whole + fraction.padEnd(PICO_DIGITS, '0'));
}

/** 2_500_000_000_000n → "2.5". */
export function formatUsd(pico: bigint): string {
  const whole = pico / PICO_PER_USD;
  const fraction = String(pico % PICO_PER_USD)
    .padStart(PICO_DIGITS, '0')
    .replace(/0+$/, '');
  return fraction === '' ? String(whole) : `${whole}.${fraction}`;
}

/** The decimal that a float was written as, to the pico-USD: "0.1", not 0.1000000000000000055; "0.0000001", not "1e-7". */
export function decimalOf(usd: number): string {
  const written = String(usd);
  const places = /^\d+(?:\.\d{1,12})?$/.test(written) ? written : usd.toFixed(PICO_DIGITS);
  return formatUsd(parseUsd(places));
}
