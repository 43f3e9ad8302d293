// A queue writer, as tests ask it: what must work in the end, what must be refused soon, and what came through it.
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { openQueue, type QueueLocation } from '@weir/infra/queue';
import { openQueueWriter, type QueueWriter } from '@weir/infra/queue/writer';
import { openRegister } from '@weir/infra/register/open';
import type { Completion } from '@weir/ledger/completion';
import { lostCompletion, type Opening } from '@weir/ledger/opening';
import { ALL, opening } from '../support/register-openings.ts';

const TIMEOUT_MS = 500;
// Timers run late on a busy machine. What is looked for is a verb that waits for the server, however long it is away.
const SOON_MS = 3000;
const MUST_WORK_BY_MS = 30_000;

type Verb = () => Promise<unknown>;

export class QueueWriterInTest {
  readonly writer: QueueWriter;
  readonly verbs: Readonly<Record<'open' | 'retire' | 'beat' | 'add', Verb>>;
  timesForgotten = 0;
  readonly #location: QueueLocation;

  constructor(location: QueueLocation) {
    const onForgotten = () => {
      this.timesForgotten += 1;
    };
    const writer = openQueueWriter(location, { timeoutMs: TIMEOUT_MS, onError: () => {}, onForgotten });
    this.#location = location;
    this.writer = writer;
    this.verbs = {
      open: () => writer.register.open(opening()),
      retire: () => writer.register.retire('gateway-1', opening().id),
      beat: () => writer.register.beat('gateway-1'),
      add: () => writer.add(completionOf(opening())),
    };
  }

  async untilAllWork(): Promise<void> {
    await Promise.all(Object.values(this.verbs).map(eventually));
  }

  async expectAllToReject(): Promise<void> {
    await Promise.all(Object.values(this.verbs).map((verb) => expectToReject(verb())));
  }

  /** The ids of what a gateway has open, through whichever writer. */
  async open(gateway: string): Promise<string[]> {
    const register = openRegister(this.#location, { timeoutMs: TIMEOUT_MS });
    const openings = (await register.openingsOf(gateway, ALL)) as Opening[];
    await register.close();
    return openings.map(({ id }) => id);
  }

  /** The ids of what came to the queue, through whichever writer. */
  async queued(): Promise<string[]> {
    const queue = openQueue(this.#location);
    const jobs = await queue.getWaiting(0, ALL);
    await queue.close();
    return jobs.map(({ data }) => data.id);
  }
}

export const completionOf = (one: Opening): Completion => lostCompletion(one, new Date('2026-03-01T12:00:01.000Z'));

export async function expectToReject(work: Promise<unknown>): Promise<void> {
  const from = performance.now();
  await expect(work).rejects.toThrow();
  expect(performance.now() - from).toBeLessThan(SOON_MS);
}

export async function expectToResolveSoon(work: Promise<unknown>): Promise<void> {
  const from = performance.now();
  await work;
  expect(performance.now() - from).toBeLessThan(SOON_MS);
}

/** The gateway asks once a second; this asks more often, and says in the end why it is in vain. */
export async function eventually(verb: Verb): Promise<void> {
  for (const from = performance.now(); ; await pause(20)) {
    try {
      await verb();
      return;
    } catch (error) {
      if (performance.now() - from > MUST_WORK_BY_MS) throw error;
    }
  }
}

export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await pause(20);
}
