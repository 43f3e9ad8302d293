// A request belongs to the minute in which its id was made: a UUIDv7 begins with the milliseconds since 1970. Whoever
// knows the id, gateway, queue or ledger, sorts it the same, without looking at a clock.

/** What is older is counted no longer: what is missing of it has been told for a day. */
export const KEPT_MINUTES = 24 * 60;

const MINUTE_MS = 60_000;
const REST_OF_ID = '0000-0000-000000000000';

/** Minutes since 1970; NaN where this is no UUID. */
export const minuteOf = (id: string): number =>
  Math.floor(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) / MINUTE_MS);

/** By this machine's clock: what a day is, it need not know to the minute. */
export const oldestKept = (): number => Math.floor(Date.now() / MINUTE_MS) - KEPT_MINUTES;

/** From the first id that the minute can have to the first of the next one. */
export const idsOf = (minute: number): [from: string, until: string] => [firstIdOf(minute), firstIdOf(minute + 1)];

export const inWords = (minute: number): string => new Date(minute * MINUTE_MS).toISOString().slice(0, 16).concat('Z');

function firstIdOf(minute: number): string {
  const time = (minute * MINUTE_MS).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-${REST_OF_ID}`;
}
