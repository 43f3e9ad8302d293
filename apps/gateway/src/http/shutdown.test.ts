import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import '../../testing/faked-pause.ts';
import { playIn, Script } from '../../testing/script.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { InFlight } from '../exchange/in-flight.ts';
import type { Outbox } from '../outbox/outbox.ts';

const { stopGateway } = await import('./shutdown.ts');

let script: Script;
let inFlight: InFlight;
let closed: AbortController;

beforeEach(() => {
  jest.useFakeTimers();
  script = new Script();
  inFlight = new InFlight();
  closed = new AbortController();
  closed.signal.addEventListener('abort', () => void script.play('closed'));
});
afterEach(() => {
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
  script.end();
});

const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

/** An exchange under way, which the test ends. */
class Going {
  readonly #relaying = Promise.withResolvers<void>();
  readonly #exchange = { settled: false, outlet: { done: Promise.resolve() }, cut: () => void script.play('cut') };

  constructor() {
    void inFlight.track(this.#exchange as unknown as Exchange, this.#relaying.promise);
  }

  settle(): void {
    this.#exchange.settled = true;
    this.#relaying.resolve();
  }
}

function stop(empty: Promise<void> = Promise.resolve()): Promise<number> {
  const server = {
    close: () => {
      script.play('server.close');
      return empty;
    },
    closeConnections: () => void script.play('server.closeConnections'),
  };
  const outbox = { shutdown: () => playIn(script, 'outbox.shutdown') } as unknown as Outbox;
  return stopGateway({ server, gateway: { inFlight, outbox }, closed, graceMs: 5000, timeoutMs: 30_000 });
}

const ends = () => script.expect('server.closeConnections').expect('outbox.shutdown');

describe('a gateway that is stopped', () => {
  test('gives balancers their grace, then takes no new connection', async () => {
    const stopped = stop();
    await pass(4999);
    script.end();
    script.expect('server.close').expect('closed');
    ends();
    await pass(1);
    expect(await stopped).toBe(0);
  });

  test('waits for what is under way, and shuts the outbox last', async () => {
    const [one, other] = [new Going(), new Going()];
    const stopped = stop();
    script.expect('server.close');
    await pass(20_000);
    one.settle();
    await pass(10_000);
    script.end();
    script.expect('closed');
    ends();
    other.settle();
    await pass(0);
    expect(await stopped).toBe(0);
  });

  test('serves what still comes on an open connection: nothing is closed to it before all is over', async () => {
    const first = new Going();
    const stopped = stop();
    script.expect('server.close');
    await pass(10_000);
    const late = new Going();
    first.settle();
    await pass(10_000);
    script.end();
    expect(closed.signal.aborted).toBe(false);
    script.expect('closed');
    ends();
    late.settle();
    await stopped;
  });

  test('leaves connections that are still open to whoever may use them once more, for as long as the grace was', async () => {
    const stopped = stop(new Promise(() => {}));
    script.expect('server.close');
    await pass(5000);
    const late = new Going();
    await pass(4999);
    script.end();
    await pass(1000);
    script.expect('closed');
    ends();
    late.settle();
    await stopped;
  });

  test('gives them that time anew when one of them is used', async () => {
    const stopped = stop(new Promise(() => {}));
    script.expect('server.close');
    await pass(9000);
    const response = new EventEmitter();
    inFlight.answering(response);
    response.emit('close');
    await pass(5999);
    script.end();
    script.expect('closed');
    ends();
    await pass(1);
    await stopped;
  });

  test('waits for an answer that is no exchange, too', async () => {
    const response = new EventEmitter();
    inFlight.answering(response);
    const stopped = stop();
    script.expect('server.close');
    await pass(20_000);
    script.end();
    script.expect('closed');
    ends();
    response.emit('close');
    await stopped;
  });

  test('cuts what is not over in time, after nothing new may begin, and waits for its completion', async () => {
    const long = new Going();
    const stopped = stop();
    script.expect('server.close');
    await pass(34_999);
    script.end();
    script.expect('closed').expect('cut');
    await pass(1000);
    script.end();
    ends();
    long.settle();
    expect(await stopped).toBe(0);
  });

  test('goes in the end without what nobody keeps, and says how many those are', async () => {
    const lost = [new Going(), new Going()];
    const kept = new Going();
    const stopped = stop();
    script.expect('server.close').expect('closed');
    for (let cut = 0; cut < 3; cut += 1) script.expect('cut');
    await pass(36_000);
    kept.settle();
    await pass(3999);
    script.end();
    ends();
    await pass(1);
    expect(await stopped).toBe(2);
    for (const one of lost) one.settle();
  });

  test('leaves no timer behind where the outbox fails', async () => {
    const stopped = expect(stop()).rejects.toThrow('broken');
    script.expect('server.close').expect('closed').expect('server.closeConnections');
    script.expect('outbox.shutdown', new Error('broken'));
    await pass(5000);
    await stopped;
  });

  test('does not wait for ever for an outbox that hangs', async () => {
    const never = Promise.withResolvers<void>();
    const stopped = stop();
    script.expect('server.close').expect('closed').expect('server.closeConnections');
    script.expect('outbox.shutdown', never.promise);
    await pass(5000);
    await pass(5000);
    expect(await stopped).toBe(0);
  });
});
