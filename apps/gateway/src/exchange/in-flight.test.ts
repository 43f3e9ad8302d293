import { EventEmitter } from 'node:events';
import { expect, test } from '@jest/globals';
import type { Exchange } from './exchange.ts';
import { InFlight } from './in-flight.ts';

interface Like {
  readonly settled?: boolean;
  /** Resolves when its client has all of it. */
  readonly done?: Promise<void>;
}

function create(calls: string[], name: string, { settled = false, done = Promise.resolve() }: Like = {}) {
  const exchange = { settled, outlet: { done }, cut: () => calls.push(`cut ${name}`) };
  return exchange as unknown as Exchange;
}

test('where nothing is open, all is over', async () => {
  const inFlight = new InFlight();
  await inFlight.over();
  expect(inFlight.count).toBe(0);
});

test('all is over when the last one is, whether it went well or not', async () => {
  const inFlight = new InFlight();
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  const tracking = [inFlight.track(create([], 'a'), first.promise), inFlight.track(create([], 'b'), second.promise)];
  let settled = false;
  const waiting = inFlight.over().then(() => {
    settled = true;
  });
  first.reject(new Error('no'));
  await expect(tracking[0]).rejects.toThrow('no');
  expect([inFlight.count, settled]).toEqual([1, false]);
  second.resolve();
  await Promise.all([tracking[1], waiting]);
  expect([inFlight.count, settled]).toEqual([0, true]);
});

test('what is still open is cut; what is settled is left alone', async () => {
  const inFlight = new InFlight();
  const calls: string[] = [];
  const [taking, open] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const tracking = [
    inFlight.track(create(calls, 'settled', { settled: true, done: taking.promise }), Promise.resolve()),
    inFlight.track(create(calls, 'open'), open.promise),
  ];
  expect([inFlight.count, inFlight.unsettled]).toEqual([2, 1]);
  inFlight.cut();
  expect(calls).toEqual(['cut open']);
  taking.resolve();
  open.resolve();
  await Promise.all(tracking);
});

test('an answer that is no exchange is waited for as well', async () => {
  const inFlight = new InFlight();
  const response = new EventEmitter();
  inFlight.answering(response);
  let over = false;
  const waiting = inFlight.over().then(() => {
    over = true;
  });
  await Promise.resolve();
  expect(over).toBe(false);
  response.emit('close');
  await waiting;
});

test('an answer whose client is gone already is not waited for', async () => {
  const inFlight = new InFlight();
  inFlight.answering(Object.assign(new EventEmitter(), { closed: true }));
  await inFlight.over();
});

test('an exchange is over when its client has all of it, not when it is settled', async () => {
  const inFlight = new InFlight();
  const taking = Promise.withResolvers<void>();
  const tracking = inFlight.track(create([], 'a', { settled: true, done: taking.promise }), Promise.resolve());
  let over = false;
  const waiting = inFlight.over().then(() => {
    over = true;
  });
  await new Promise(setImmediate);
  expect([inFlight.count, over]).toEqual([1, false]);
  taking.resolve();
  await Promise.all([tracking, waiting]);
});

test('whoever waits for the end hears of it, however many they are', async () => {
  const inFlight = new InFlight();
  const open = Promise.withResolvers<void>();
  const tracking = inFlight.track(create([], 'a'), open.promise);
  const waiting = [inFlight.over(), inFlight.over(), inFlight.over()];
  open.resolve();
  await Promise.all([tracking, ...waiting]);
});
