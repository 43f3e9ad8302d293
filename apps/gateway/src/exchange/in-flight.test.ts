import { EventEmitter } from 'node:events';
import { expect, test } from '@jest/globals';
import type { Client } from './deliver.ts';
import type { Exchange } from './exchange.ts';
import { InFlight } from './in-flight.ts';

function create(calls: string[], name: string): [Exchange, Client] {
  const exchange = { cut: () => calls.push(`cut ${name}`) };
  const client = { hurry: () => calls.push(`hurry ${name}`), done: Promise.resolve() };
  return [exchange as unknown as Exchange, client as unknown as Client];
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
  const tracking = [
    inFlight.track(...create([], 'a'), first.promise),
    inFlight.track(...create([], 'b'), second.promise),
  ];
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

test('what is still open is cut, and its client hurried; what is settled is left alone', async () => {
  const inFlight = new InFlight();
  const calls: string[] = [];
  await inFlight.track(...create(calls, 'done'), Promise.resolve());
  const open = Promise.withResolvers<void>();
  const tracking = inFlight.track(...create(calls, 'open'), open.promise);
  inFlight.cut();
  expect(calls).toEqual(['cut open', 'hurry open']);
  open.resolve();
  await tracking;
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
