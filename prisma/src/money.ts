// Exact money: a whole number of pico-USD (10⁻¹² USD, the last digit of the `cost` column) inside, a plain decimal
// string outside. No binary float and no exponent ever stands for an amount.

export const PICO_DIGITS = 12;
const PICO_PER_USD = 10n ** BigInt(PICO_DIGITS);
const TOKENS_PER_PRICE = 1_000_000n;

/** Tokens of one kind, and what a million of them cost. */
export interface Charge {
  readonly tokens: number;
  readonly usdPerMillion: string;
}

/** What the charges come to: summed exactly, then rounded once, half up. */
export function totalOf(charges: readonly Charge[]): bigint {
  const millionfold = charges.reduce((sum, charge) => sum + BigInt(charge.tokens) * parseUsd(charge.usdPerMillion), 0n);
  return (millionfold + TOKENS_PER_PRICE / 2n) / TOKENS_PER_PRICE;
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
