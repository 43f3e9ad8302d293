import { Buffer } from 'node:buffer';
import { expect, test } from '@jest/globals';
import type { Log } from '@weir/infra/log';
import type { Completion } from '@weir/ledger/completion';
import { Registry } from 'prom-client';
import { callOf } from '../../../testing/rehearsal.ts';
import { createAdmission } from '../../admission/admission.ts';
import type { Reader } from '../../dialects/dialect.ts';
import { openAiChat } from '../../dialects/openai/openai-chat.ts';
import { createGatewayMetrics, type Now } from '../../metrics.ts';
import type { Upstream } from '../../upstream/upstream.ts';
import type { Outlet } from '../client/outlet.ts';
import { Exchange } from '../exchange.ts';
import type { AcceptedRequest } from '../request/accepted-request.ts';
import { openingOf } from '../request/opening.ts';
import { OutgoingBody } from '../request/outgoing-body.ts';
import { Semaphore } from '../semaphore.ts';
import { createSettle } from './settle.ts';

const SECRET = 'what the model said';
const FRAME = Buffer.from(`data: {"choices":[{"delta":{"content":"${SECRET}"}}]}\n\n`);

/** An exchange whose answer has come to its end, and whose client was delivered all but that. */
function begin({ reader = {}, end = () => {} }: { reader?: Partial<Reader>; end?: (last: Buffer) => void } = {}) {
  const logged: Record<string, unknown>[] = [];
  const log = (level: string) => (fields: object, event: string) => void logged.push({ level, event, ...fields });
  const registry = new Registry();
  const durable = Promise.withResolvers<void>();
  const outlet = {
    gone: false,
    sentStatus: 200,
    delivered: { frames: 1, bytes: 1 },
    destroyed: false,
    end,
    destroy() {
      this.destroyed = true;
    },
  };
  const exchange = createExchange(reader, outlet as unknown as Outlet);
  const settle = createSettle({
    outbox: {
      async close(compose: () => Completion) {
        await durable.promise;
        return compose();
      },
    },
    log: { debug: log('debug'), info: log('info'), error: log('error') } as unknown as Log,
    metrics: createGatewayMetrics(registry, ZERO),
  });
  const settling = settle(exchange);
  const count = async (name: string) =>
    (await registry.getSingleMetric(name)?.get())?.values.reduce((sum, { value }) => sum + value, 0);
  const look = async () => ({
    settled: exchange.settled,
    counted: await count('weir_requests_total'),
    events: logged.map(({ event }) => event),
  });
  return { exchange, outlet, logged, durable, settling, count, look };
}

const ZERO: Now = {
  open: () => 0,
  draining: () => 0,
  queueUp: () => true,
  atRisk: () => 0,
  spool: () => ({ records: 0, bytes: 0, oldestAt: null }),
  bodies: { count: 0, bytes: 0 },
  uploadDir: { bytes: 0 },
  kept: () => 0,
};

function createExchange(reader: Partial<Reader>, outlet: Outlet): Exchange {
  const dialect = { ...openAiChat, createReader: () => Object.assign(openAiChat.createReader(), reader) };
  const call: AcceptedRequest = { ...callOf('openai-chat', true), dialect };
  const upstream = { name: 'default', pricedAs: null } as Upstream;
  const opening = openingOf(call, { gateway: 'gateway-1', upstream, priceOverride: null });
  return new Exchange({
    call,
    upstream,
    admission: createAdmission([]),
    opening,
    body: new OutgoingBody(null, { release: () => {} }),
    stripUsage: false,
    trailing: false,
    outlet,
    priceFor: () => null,
    drains: new Semaphore(1),
    onGap: () => {},
  });
}

const turns = () => new Promise(setImmediate);

test('nothing is settled, counted or released while the completion is not durable', async () => {
  const released: Buffer[] = [];
  const { durable, settling, look } = begin({ end: (last) => released.push(last) });
  await turns();
  expect([await look(), released]).toEqual([{ settled: false, counted: 0, events: [] }, []]);
  durable.resolve();
  await settling;
  expect(released).toHaveLength(1);
});

test('when the end is released, the request is settled, counted and logged', async () => {
  let then: unknown;
  const scene = begin({
    end: () => {
      then = scene.look();
    },
  });
  scene.durable.resolve();
  await scene.settling;
  const all = { settled: true, counted: 1, events: ['completion.settled'] };
  expect(await then).toEqual(all);
  expect(await scene.look()).toEqual(all);
  expect(scene.outlet.destroyed).toBe(false);
});

test('where the end cannot be released, the request counts all the same, and the client’s connection breaks', async () => {
  const error = new Error('no end');
  const { outlet, exchange, logged, durable, settling, count } = begin({
    end: () => {
      throw error;
    },
  });
  durable.resolve();
  await settling;
  expect(exchange.settled).toBe(true);
  expect([await count('weir_requests_total'), await count('weir_response_failures_total')]).toEqual([1, 1]);
  expect(logged.map(({ event }) => event)).toEqual(['completion.settled', 'response.failed']);
  expect(logged.at(-1)).toMatchObject({ level: 'error', request_id: exchange.parts.opening.id, error });
  expect(outlet.destroyed).toBe(true);
});

test('a reader that throws is said once, with where it threw, and without what it read', async () => {
  const throwing = () => {
    throw new TypeError(`cannot make anything of ${SECRET}`);
  };
  const { exchange, logged, durable, settling, count } = begin({ reader: { see: throwing } });
  for (let frame = 0; frame < 3; frame += 1) expect(exchange.attempt.read(FRAME)).toEqual([FRAME]);
  durable.resolve();
  await settling;
  const failures = logged.filter(({ event }) => event === 'reader.failed');
  expect(failures).toEqual([
    {
      level: 'error',
      event: 'reader.failed',
      request_id: exchange.parts.opening.id,
      endpoint: exchange.parts.opening.endpoint,
      error_name: 'TypeError',
      stack: expect.stringMatching(/throwing .*settle\.test\.ts/),
    },
  ]);
  expect(JSON.stringify(logged)).not.toContain(SECRET);
  expect(await count('weir_reader_failures_total')).toBe(1);
});

test('a frame that is malformed is no failure of a reader', async () => {
  const { exchange, logged, durable, settling, count } = begin();
  exchange.attempt.read(Buffer.from('data: {"choices":[{\n\n'));
  durable.resolve();
  await settling;
  expect(logged.filter(({ level }) => level === 'error')).toEqual([]);
  expect(await count('weir_reader_failures_total')).toBe(0);
});
