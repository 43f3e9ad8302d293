// Everything that keeps openings and completions for a gateway, asked in one way, and read back from outside.
import { openQueue } from '@weir/infra/queue';
import { openQueueWriter } from '@weir/infra/queue/writer';
import { openRegister } from '@weir/infra/register/open';
import { inspectSpool } from '@weir/infra/spool/inspect';
import type { Completion } from '@weir/ledger/completion';
import type { Opening } from '@weir/ledger/opening';
import { type Home, servers } from '../support/queue-servers.ts';
import { ALL } from '../support/register-openings.ts';
import { openSpoolHome } from './spool-home.ts';

export interface OpenSink {
  open(opening: Opening): Promise<void>;
  close(completion: Completion): Promise<void>;
  withdraw(opening: Opening): Promise<void>;
  /** Over a connection of its own: what stands there, by id. */
  openings(): Promise<Map<string, unknown>>;
  completions(): Promise<Map<string, unknown>>;
  leave(): Promise<void>;
}

interface Subject {
  readonly name: string;
  readonly missing: boolean;
  open(): Promise<OpenSink>;
}

const onServers: Subject[] = servers.map(({ name, missing, open }) => ({
  name: `the line to ${name}`,
  missing,
  open: async () => keeperOnLine(await open()),
}));

export const sinks: readonly Subject[] = [
  ...onServers,
  { name: 'the spool on this disk', missing: false, open: sinkOnDisk },
];

// The tests' machine may be busy with other things: that an answer is late is not what they look for.
const PATIENCE_MS = 10_000;

async function keeperOnLine({ location, leave }: Home): Promise<OpenSink> {
  const line = openQueueWriter(location, { timeoutMs: PATIENCE_MS, onError: () => {}, onForgotten: () => {} });
  await line.connected();
  return {
    open: line.register.open,
    close: line.add,
    withdraw: ({ gateway, id }) => line.register.retire(gateway, id),
    async openings() {
      const register = openRegister(location, { timeoutMs: PATIENCE_MS });
      const gateways = [...(await register.gateways()).keys()];
      const found = await Promise.all(gateways.map((gateway) => register.openingsOf(gateway, ALL)));
      await register.close();
      return byId(found.flat());
    },
    async completions() {
      const queue = openQueue(location);
      const jobs = await queue.getWaiting(0, ALL);
      await queue.close();
      return byId(jobs.map(({ data }) => data));
    },
    async leave() {
      await line.close();
      await leave();
    },
  };
}

interface Spooled {
  readonly verb: 'open' | 'close' | 'withdraw';
  readonly record: { readonly id: string };
}

/** As the gateway does: each verb is a record, and those that come after it count. */
async function sinkOnDisk(): Promise<OpenSink> {
  const home = await openSpoolHome();
  const spool = await home.open();
  const append = (verb: Spooled['verb']) => (record: Spooled['record']) => spool.append({ verb, record });

  async function standing(put: Spooled['verb'], taken?: Spooled['verb']): Promise<Map<string, unknown>> {
    const found = new Map<string, unknown>();
    for await (const { records } of inspectSpool(home.directory)) {
      for await (const { verb, record } of records as AsyncIterable<Spooled>) {
        if (verb === put) found.set(record.id, record);
        if (verb === taken) found.delete(record.id);
      }
    }
    return found;
  }

  return {
    open: append('open'),
    close: append('close'),
    withdraw: append('withdraw'),
    openings: () => standing('open', 'withdraw'),
    completions: () => standing('close'),
    leave: home.leave,
  };
}

const byId = (records: readonly unknown[]) => new Map(records.map((record) => [(record as { id: string }).id, record]));
