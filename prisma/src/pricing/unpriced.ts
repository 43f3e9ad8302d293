// Why a row has no cost, in a word. README.md says what each means.

export const UNPRICED = [
  /** Nobody's price for this model is known. */
  'model',
  /** It was served in a tier whose price is not known. */
  'tier',
  /** A tool was called, or another model, whose price is not known. */
  'tool',
  /** Some of its tokens are of a kind whose price is not known, or cannot be told from others. */
  'rate',
  /** The provider states its bill, and it cannot be read. */
  'bill',
  /** More than a row can hold. */
  'amount',
  /** A count of the provider's cannot be believed. */
  'usage',
  /** The provider said no usage. */
  'unreported',
  /** The same answer was billed before. */
  'replay',
  /** Nobody bills what the simulator says. */
  'simulated',
] as const;

export type Unpriced = (typeof UNPRICED)[number];
