import { describe, expect, jest, test } from '@jest/globals';
import { RetryLater } from '@weir/infra/consume';
import type { Log } from '@weir/infra/log';
import { type Entry, EntryRefused, type Ledger, LedgerAway, type Posted } from '@weir/ledger/ledger';
import { createRetryingLedger } from './retrying-ledger.ts';

const written: Posted = { written: 1, replaced: 0, known: 0, replays: [] };
const entries: Entry[] = [];

/** A ledger that answers from a script, and throws when it is asked more often. */
function scripted(...answers: (Posted | Error)[]): Ledger {
  const post = async () => {
    const answer = answers.shift() ?? new Error('asked more often than the script says');
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { post, close: async () => {} };
}

const open = (ledger: Ledger) => {
  const events: string[] = [];
  const note = (...said: unknown[]) => void events.push(String(said.at(-1)));
  const log = { warn: note, info: note } as unknown as Log;
  const stop = new AbortController();
  const pauses = { firstPauseMs: 1, longestPauseMs: 2 };
  return { patient: createRetryingLedger(ledger, { log, stopping: stop.signal, ...pauses }), stop, events };
};

describe('a patient ledger', () => {
  test('offers the same entries until the ledger is back, and says so once each way', async () => {
    const away = new LedgerAway('no connection');
    const { patient, events } = open(scripted(away, away, away, written, written, away, written));
    expect(await patient.post(entries)).toEqual(written);
    expect(await patient.post(entries)).toEqual(written);
    expect(events).toEqual(['ledger.away', 'ledger.back']);
    await patient.post(entries);
    expect(events).toEqual(['ledger.away', 'ledger.back', 'ledger.away', 'ledger.back']);
  });

  test('does not argue with a refusal', async () => {
    const refused = new EntryRefused('no');
    await expect(open(scripted(refused)).patient.post(entries)).rejects.toBe(refused);
  });

  test('gives the entries up when it is told to stop, and only then', async () => {
    const post = jest.fn<Ledger['post']>().mockRejectedValue(new LedgerAway('no connection'));
    const { patient, stop } = open({ post, close: async () => {} });
    const posted = patient.post(entries);
    stop.abort();
    await expect(posted).rejects.toBeInstanceOf(RetryLater);
  });

  test('still writes while it stops, as long as the ledger is there', async () => {
    const { patient, stop } = open(scripted(written));
    stop.abort();
    expect(await patient.post(entries)).toEqual(written);
  });
});
