import { describe, expect, test } from '@jest/globals';
import { REASONS } from '@weir/ledger/completion';
import { DETAILS, isDeparture, outcomeOf, type SignalName, shortfallOf } from './outcome.ts';

const NAMES = Object.keys(DETAILS) as SignalName[];
const DEPARTURES: SignalName[] = ['client_disconnected', 'client_stalled'];
const REFINEMENTS: SignalName[] = ['drain_timeout', 'drain_refused'];

const reasonOf = (...names: SignalName[]) => outcomeOf(names.map((name) => ({ name, detail: `of ${name}` }))).reason;
const pairs = NAMES.flatMap((first) => NAMES.map((second) => [first, second] as const));

test('nothing that went other than well is ok', () => {
  expect(outcomeOf([])).toEqual({ status: 'ok', reason: null, detail: null });
});

test.each(NAMES)('%s alone is the reason, with the status that belongs to it and its own detail', (name) => {
  expect(outcomeOf([{ name, detail: 'Why.' }])).toEqual({ status: REASONS[name], reason: name, detail: 'Why.' });
});

describe('of two signals', () => {
  test('the first wins, in either order', () => {
    const plain = pairs.filter(([first, second]) => !(DEPARTURES.includes(first) && REFINEMENTS.includes(second)));
    for (const [first, second] of plain)
      expect([first, second, reasonOf(first, second)]).toEqual([first, second, first]);
  });

  test('what became of the drain says more than that the client left', () => {
    for (const departure of DEPARTURES) {
      for (const refinement of REFINEMENTS) expect(reasonOf(departure, refinement)).toBe(refinement);
    }
  });
});

describe('a client that left first makes it aborted', () => {
  test.each(NAMES)('whatever %s comes after it', (name) => {
    for (const departure of DEPARTURES) expect(REASONS[reasonOf(departure, name) as SignalName]).toBe('aborted');
  });

  test('and a drain that was cut shows as that, though the connection then broke', () => {
    expect(reasonOf('client_disconnected', 'drain_timeout', 'upstream_reset')).toBe('drain_timeout');
    expect(reasonOf('client_stalled', 'upstream_error', 'drain_refused')).toBe('drain_refused');
  });
});

test('a client that leaves after something else went wrong changes nothing, nor does its drain', () => {
  expect(reasonOf('upstream_error', 'client_disconnected', 'drain_refused')).toBe('upstream_error');
  expect(reasonOf('gateway_shutdown', 'client_disconnected', 'drain_timeout')).toBe('gateway_shutdown');
});

test('the detail is that of the reason', () => {
  const signals = [
    { name: 'client_disconnected' as const, detail: 'Left.' },
    { name: 'drain_timeout' as const, detail: 'Too long.' },
  ];
  expect(outcomeOf(signals).detail).toBe('Too long.');
});

test('every reason but that of a dead gateway has its sentence', () => {
  expect([...NAMES, 'gateway_lost'].sort()).toEqual(Object.keys(REASONS).sort());
  for (const name of NAMES)
    expect([name, DETAILS[name]]).toEqual([name, expect.stringMatching(/^The [^.]*\.$|^Something [^.]*\.$/)]);
});

test('only a client departs', () => {
  expect(NAMES.filter(isDeparture).sort()).toEqual(DEPARTURES);
});

describe('an answer that came to its end', () => {
  test.each([
    [{ failed: false, complete: true, usageKnown: true }, null],
    [{ failed: false, complete: true, usageKnown: false }, 'usage_missing'],
    [{ failed: false, complete: false, usageKnown: true }, 'stream_incomplete'],
    [{ failed: false, complete: false, usageKnown: false }, 'stream_incomplete'],
    [{ failed: true, complete: true, usageKnown: true }, 'upstream_error'],
    [{ failed: true, complete: false, usageKnown: false }, 'upstream_error'],
  ])('%j lacks %j', (answer, shortfall) => {
    expect(shortfallOf(answer)).toBe(shortfall);
  });
});
