// The promise: for each request that the provider was asked exactly one row, and the row says what the client saw.
import { setTimeout as pause } from 'node:timers/promises';
import type { Clients } from '../support/clients.ts';
import type { Gateway, Installation } from '../support/installation.ts';
import type { Row } from '../support/ledger.ts';
import type { Visit } from '../support/visit.ts';
import { faultIn } from './row-check.ts';

interface OneRowEachOptions {
  /** Gateways that were killed. */
  readonly lost?: readonly Gateway[];
  readonly withinMs?: number;
}

interface Facts {
  readonly asked: ReadonlySet<string>;
  readonly visits: readonly Visit[];
  readonly killed: ReadonlySet<string>;
}

/** Waits until it holds, and sees that it still does when nothing more is on its way; or throws what is wrong. */
export async function expectOneRowEach(
  installation: Installation,
  clients: Clients,
  how: OneRowEachOptions = {},
): Promise<Row[]> {
  const { lost = [], withinMs = 25_000 } = how;
  const killed = new Set(lost.map(({ url }) => url));
  const facts = { asked: await installation.asked(clients.name), visits: clients.visits, killed };
  const limit = AbortSignal.timeout(withinMs);
  const rows = async () => (await installation.ledger.rows()).filter((row) => callerOf(row).startsWith(clients.name));
  const wrong = async () => complaintsAbout(await rows(), facts);
  await installation.ledger.until(async () => (await wrong()).length === 0, limit);
  while (!limit.aborted && (await onItsWay(installation)) > 0) await pause(50);
  const complaints = await wrong();
  if (complaints.length > 0) throw new Error(`${complaints.length} wrong:\n${complaints.slice(0, 10).join('\n')}`);
  return await rows();
}

function complaintsAbout(rows: readonly Row[], { asked, visits, killed }: Facts): string[] {
  const byId = Map.groupBy(rows, callerOf);
  const uncounted = [...asked].filter((id) => byId.get(id)?.length !== 1);
  const uninvited = [...byId].filter(([id, some]) => !asked.has(id) && !isOneLost(some)).map(([id]) => id);
  const untrue = visits.flatMap((visit) => {
    const row = byId.get(visit.id)?.[0];
    const why = faultIn(row, visit, killed.has(visit.url));
    return why === null ? [] : [`${inWords(visit)}: of its row, ${why}: ${rowInWords(row)}`];
  });
  return [
    ...uncounted.map((id) => `${id} was asked once, and has ${byId.get(id)?.length ?? 0} rows`),
    ...uninvited.map((id) => `${id} was never asked, and has ${byId.get(id)?.map(rowInWords).join(' and ')}`),
    ...untrue,
  ];
}

const callerOf = (row: Row) => String(row['caller_request_id']);

/** Its gateway died between the opening and the question. */
const isOneLost = (rows: readonly Row[]) => rows.length === 1 && rows[0]?.['reason'] === 'gateway_lost';

const onItsWay = (installation: Installation) =>
  installation.home.queue.getJobCountByTypes('waiting', 'active', 'delayed');

const inWords = ({ id, behaviour, saw, status, code, ms }: Visit) =>
  `${id} (${behaviour}, saw: ${[saw, status, code].filter(Boolean).join(' ')}, ${Math.round(ms)} ms)`;

const rowInWords = (row: Row | undefined) =>
  row === undefined ? 'none' : [row['status'], row['reason'], row['output_tokens'], row['gateway']].join(' ');
