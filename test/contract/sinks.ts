// Each of the gateway's sinks, opened as production opens it, and read back from outside.
import { openQueue, type QueueLocation } from '@weir/infra/queue';
import { openQueueWriter } from '@weir/infra/queue/writer';
import { openRegister } from '@weir/infra/register/open';
import type { RecordSink } from '@weir/infra/sinks';
import { createQueueSink } from '@weir/infra/sinks/queue';
import { createSpoolSink } from '@weir/infra/sinks/spool';
import type { SpoolRecord } from '@weir/infra/sinks/spool-record';
import { inspectSpool } from '@weir/infra/spool/inspect';
import { type Home, servers } from '../support/queue-servers.ts';
import { ALL } from '../support/register-openings.ts';
import { openSpoolHome } from './spool-home.ts';

export interface SinkInTest {
  readonly sink: RecordSink;
  /** What stands there, by id: read as others read it, over a connection of their own. */
  openings(): Promise<ReadonlyMap<string, unknown>>;
  completions(): Promise<ReadonlyMap<string, unknown>>;
  leave(): Promise<void>;
}

interface Subject {
  readonly name: string;
  readonly missing: boolean;
  open(): Promise<SinkInTest>;
}

const onServers: Subject[] = servers.map(({ name, missing, open }) => ({
  name: `the queue sink on ${name}`,
  missing,
  open: async () => openOnQueue(await open()),
}));

export const sinks: readonly Subject[] = [
  ...onServers,
  { name: 'the spool sink on this disk', missing: false, open: openOnSpool },
];

// The tests' machine may be busy with other things: that an answer is late is not what they look for.
const TIMEOUT_MS = 10_000;

async function openOnQueue({ location, leave }: Home): Promise<SinkInTest> {
  const writer = openQueueWriter(location, { timeoutMs: TIMEOUT_MS, onError: () => {}, onForgotten: () => {} });
  await writer.connected();
  // Nothing fails here that would have to be done later.
  const memory = { staleOpenings: { add() {}, delete() {} }, recent: { add() {} } };
  return {
    sink: createQueueSink(writer, memory),
    openings: () => openingsInRegister(location),
    completions: () => completionsOnQueue(location),
    async leave() {
      await writer.close();
      await leave();
    },
  };
}

async function openingsInRegister(location: QueueLocation): Promise<Map<string, unknown>> {
  const register = openRegister(location, { timeoutMs: TIMEOUT_MS });
  const gateways = [...(await register.gateways()).keys()];
  const found = await Promise.all(gateways.map((gateway) => register.openingsOf(gateway, ALL)));
  await register.close();
  return byId(found.flat());
}

async function completionsOnQueue(location: QueueLocation): Promise<Map<string, unknown>> {
  const queue = openQueue(location);
  const jobs = await queue.getWaiting(0, ALL);
  await queue.close();
  return byId(jobs.map(({ data }) => data));
}

const byId = (records: readonly unknown[]) => new Map(records.map((record) => [(record as { id: string }).id, record]));

async function openOnSpool(): Promise<SinkInTest> {
  const home = await openSpoolHome();
  return {
    sink: createSpoolSink(await home.open()),
    openings: async () => (await leftInSpool(home.directory)).openings,
    completions: async () => (await leftInSpool(home.directory)).completions,
    leave: home.leave,
  };
}

/** The records in their order, each upon what those before it have left. */
async function leftInSpool(directory: string) {
  const [openings, completions] = [new Map<string, unknown>(), new Map<string, unknown>()];
  for await (const { records } of inspectSpool(directory)) {
    for await (const record of records as AsyncIterable<SpoolRecord>) {
      if (record.verb === 'open') openings.set(record.opening.id, record.opening);
      else if (record.verb === 'withdraw') openings.delete(record.opening.id);
      else {
        openings.delete(record.completion.id);
        completions.set(record.completion.id, record.completion);
      }
    }
  }
  return { openings, completions };
}
