// A response that was made in the background is read again and again, and each time it says what it cost. The first row that
// says so has the cost. Which one that is stands in a table of its own, and is never decided anew.
import type pg from 'pg';
import { keyOf } from './distinct.ts';
import type { Entry } from './ledger.ts';

/** What the row of a later reading says. */
export const asReplay = (entry: Entry): Entry => ({
  ...entry,
  billed: false,
  cost: null,
  costSource: null,
  price: null,
  unpriced: 'replay',
  tags: { ...entry.tags, replay: 'true' },
});

/** Upstreams do not know of each other's ids. Null: it is billed as it stands. */
export const claimOf = ({ upstream, billedOnce }: Entry): string | null =>
  billedOnce === null ? null : JSON.stringify([upstream, billedOnce]);

/** Whether another row may have the cost already. */
export const mayBeReplays = (entries: readonly Entry[]): boolean => entries.some((entry) => claimOf(entry) !== null);

/** In one transaction with the rows: a row that is refused claims nothing. */
export async function billedOnce(client: pg.ClientBase, entries: readonly Entry[]): Promise<readonly Entry[]> {
  // All in one order, or two batches that share some would wait for each other.
  const claiming = entries.filter((entry) => claimOf(entry) !== null).toSorted(byClaim);
  const keys = [claiming.map(({ upstream }) => upstream), claiming.map((entry) => entry.billedOnce)];
  await client.query(CLAIM, [...keys, claiming.map(keyOf)]);
  const { rows } = await client.query<{ completion_id: string }>(FIRST, keys);
  const first = new Set(rows.map(({ completion_id }) => completion_id));
  return entries.map((entry) => (claimOf(entry) === null || first.has(keyOf(entry)) ? entry : asReplay(entry)));
}

const byClaim = (one: Entry, other: Entry): number => ((claimOf(one) ?? '') < (claimOf(other) ?? '') ? -1 : 1);

const CLAIM = `
  INSERT INTO billed_responses (upstream, response_id, completion_id)
  SELECT * FROM unnest($1::text[], $2::text[], $3::uuid[]) ON CONFLICT DO NOTHING`;

const FIRST = `
  SELECT completion_id FROM billed_responses
  WHERE (upstream, response_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))`;
