import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import '../../testing/faked-pause.ts';
import { logIn, playIn, Script } from '../../testing/script.ts';

const { Heartbeat } = await import('./heartbeat.ts');

const AWAY = new Error('away');

let script: Script;
beforeEach(() => {
  jest.useFakeTimers();
  script = new Script();
});
afterEach(() => {
  jest.useRealTimers();
  script.end();
});

const create = () =>
  new Heartbeat({
    beat: () => playIn(script, 'beat'),
    onUp: () => void script.play('up'),
    log: logIn(script),
  });

const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

describe('a heartbeat', () => {
  test('that is answered says so each time, and beats again a second later', async () => {
    const heartbeat = create();
    script.expect('beat').expect('up');
    await heartbeat.start();
    expect(heartbeat.up).toBe(true);
    await pass(999);
    script.end();
    script.expect('beat').expect('up').expect('beat').expect('up');
    await pass(1001);
    script.end();
    heartbeat.stop();
  });

  test('has started when it is known that the queue does not answer, too', async () => {
    const heartbeat = create();
    script.expect('beat', AWAY).expect('warn queue.away');
    await heartbeat.start();
    expect(heartbeat.up).toBe(false);
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
      expect(heartbeat.up).toBe(false);
    }
    script.expect('beat').expect('info queue.back').expect('up');
    await pass(1000);
    expect(heartbeat.up).toBe(true);
    script.expect('beat').expect('up');
    await pass(1000);
    heartbeat.stop();
  });

  test('that hangs is waited for: no second one goes out beside it', async () => {
    const heartbeat = create();
    const beat = Promise.withResolvers<void>();
    script.expect('beat').expect('up');
    await heartbeat.start();
    script.expect('beat', beat.promise);
    await pass(10_000);
    script.end();
    script.expect('up');
    beat.resolve();
    await pass(999);
    script.end();
    script.expect('beat').expect('up');
    await pass(1);
    heartbeat.stop();
  });

  test('goes down with the first verb that falters, says so once, and comes up with the next beat', async () => {
    const heartbeat = create();
    script.expect('beat').expect('up');
    await heartbeat.start();
    script.expect('warn queue.away');
    for (let verb = 0; verb < 100; verb += 1) heartbeat.reportFailure(AWAY);
    expect(heartbeat.up).toBe(false);
    script.expect('beat').expect('info queue.back').expect('up');
    await pass(1000);
    expect(heartbeat.up).toBe(true);
    heartbeat.stop();
  });

  test('under way while a verb falters brings the queue up all the same when it is answered', async () => {
    const heartbeat = create();
    const beat = Promise.withResolvers<void>();
    script.expect('beat').expect('up').expect('beat', beat.promise);
    await heartbeat.start();
    await pass(1000);
    script.expect('warn queue.away');
    heartbeat.reportFailure(AWAY);
    expect(heartbeat.up).toBe(false);
    script.expect('info queue.back').expect('up');
    beat.resolve();
    await pass(0);
    expect(heartbeat.up).toBe(true);
    heartbeat.stop();
  });

  test('is up before anybody hears of it, so that what is then done goes to the queue', async () => {
    let upThen: boolean | undefined;
    const heartbeat = new Heartbeat({
      beat: async () => {},
      onUp: () => {
        upThen = heartbeat.up;
      },
      log: logIn(script),
    });
    script.expect('warn queue.away').expect('info queue.back');
    heartbeat.reportFailure(AWAY);
    await heartbeat.start();
    expect(upThen).toBe(true);
    heartbeat.stop();
  });

  test('that is stopped beats no more, and leaves no timer', async () => {
    const heartbeat = create();
    script.expect('beat').expect('up');
    await heartbeat.start();
    heartbeat.stop();
    await pass(0);
    expect(jest.getTimerCount()).toBe(0);
    await pass(60_000);
  });

  test('that is stopped while it is under way calls nobody when it is answered', async () => {
    const heartbeat = create();
    const beat = Promise.withResolvers<void>();
    script.expect('beat').expect('up').expect('beat', beat.promise);
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
    script.expect('beat').expect('up').expect('beat', beat.promise);
    await heartbeat.start();
    await pass(1000);
    heartbeat.stop();
    script.expect('warn queue.away');
    beat.reject(AWAY);
    await pass(60_000);
    expect(jest.getTimerCount()).toBe(0);
  });
});
