import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import '../../testing/faked-pause.ts';
import { logIn, playIn, Script } from '../../testing/script.ts';
import { QueueHealth } from './queue-health.ts';

const { Heartbeat } = await import('./heartbeat.ts');

const AWAY = new Error('away');

let script: Script;
let health: QueueHealth;
beforeEach(() => {
  jest.useFakeTimers();
  script = new Script();
  health = new QueueHealth(logIn(script));
});
afterEach(() => {
  jest.useRealTimers();
  script.end();
});

const create = () =>
  new Heartbeat({
    beat: () => playIn(script, 'beat'),
    health,
    onAnswer: () => void script.play('answer'),
  });

const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

describe('a heartbeat', () => {
  test('that is answered says so each time, and beats again a second later', async () => {
    const heartbeat = create();
    script.expect('beat').expect('answer');
    await heartbeat.start();
    expect(health.up).toBe(true);
    await pass(999);
    script.end();
    script.expect('beat').expect('answer').expect('beat').expect('answer');
    await pass(1001);
    script.end();
    heartbeat.stop();
  });

  test('has started when it is known that the queue does not answer, too', async () => {
    const heartbeat = create();
    script.expect('beat', AWAY).expect('warn queue.away');
    await heartbeat.start();
    expect(health.up).toBe(false);
    heartbeat.stop();
  });

  test('asks once a second whether the queue is back, says that it is away once, and that it is back once', async () => {
    const heartbeat = create();
    script.expect('beat', AWAY).expect('warn queue.away');
    await heartbeat.start();
    for (let second = 0; second < 60; second += 1) {
      script.expect('beat', AWAY);
      await pass(1000);
      script.end();
      expect(health.up).toBe(false);
    }
    script.expect('beat').expect('info queue.back').expect('answer');
    await pass(1000);
    expect(health.up).toBe(true);
    script.expect('beat').expect('answer');
    await pass(1000);
    heartbeat.stop();
  });

  test('that hangs is waited for: no second one goes out beside it', async () => {
    const heartbeat = create();
    const beat = Promise.withResolvers<void>();
    script.expect('beat').expect('answer');
    await heartbeat.start();
    script.expect('beat', beat.promise);
    await pass(10_000);
    script.end();
    script.expect('answer');
    beat.resolve();
    await pass(999);
    script.end();
    script.expect('beat').expect('answer');
    await pass(1);
    heartbeat.stop();
  });

  test('brings a queue up again that a verb had found away', async () => {
    const heartbeat = create();
    script.expect('beat').expect('answer');
    await heartbeat.start();
    script.expect('warn queue.away');
    health.reportFailure(AWAY);
    script.expect('beat').expect('info queue.back').expect('answer');
    await pass(1000);
    expect(health.up).toBe(true);
    heartbeat.stop();
  });

  test('under way while a verb falters brings the queue up all the same when it is answered', async () => {
    const heartbeat = create();
    const beat = Promise.withResolvers<void>();
    script.expect('beat').expect('answer').expect('beat', beat.promise);
    await heartbeat.start();
    await pass(1000);
    script.expect('warn queue.away');
    health.reportFailure(AWAY);
    expect(health.up).toBe(false);
    script.expect('info queue.back').expect('answer');
    beat.resolve();
    await pass(0);
    expect(health.up).toBe(true);
    heartbeat.stop();
  });

  test('has the queue up before anybody hears of its answer, so that what is then done goes to the queue', async () => {
    let upThen: boolean | undefined;
    const heartbeat = new Heartbeat({
      beat: async () => {},
      health,
      onAnswer: () => {
        upThen = health.up;
      },
    });
    script.expect('warn queue.away').expect('info queue.back');
    health.reportFailure(AWAY);
    await heartbeat.start();
    expect(upThen).toBe(true);
    heartbeat.stop();
  });

  test('that is stopped beats no more, and leaves no timer', async () => {
    const heartbeat = create();
    script.expect('beat').expect('answer');
    await heartbeat.start();
    heartbeat.stop();
    await pass(0);
    expect(jest.getTimerCount()).toBe(0);
    await pass(60_000);
  });

  test('that is stopped while it is under way calls nobody when it is answered', async () => {
    const heartbeat = create();
    const beat = Promise.withResolvers<void>();
    script.expect('beat').expect('answer').expect('beat', beat.promise);
    await heartbeat.start();
    await pass(1000);
    heartbeat.stop();
    beat.resolve();
    await pass(60_000);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('that is stopped while it is under way does not mind that it is not answered', async () => {
    const heartbeat = create();
    const beat = Promise.withResolvers<void>();
    script.expect('beat').expect('answer').expect('beat', beat.promise);
    await heartbeat.start();
    await pass(1000);
    heartbeat.stop();
    script.expect('warn queue.away');
    beat.reject(AWAY);
    await pass(60_000);
    expect(jest.getTimerCount()).toBe(0);
  });
});
