import { describe, expect, test } from '@jest/globals';
import type { Reading } from '../../dialects/dialect.ts';
import { NO_TOKENS } from '../../dialects/tokens.ts';
import { WeirError } from '../../errors.ts';
import { Ending } from './ending.ts';
import { DETAILS } from './outcome.ts';

const GOOD: Reading = {
  model: 'm',
  upstreamId: 'c',
  finishReason: 'stop',
  terminalSeen: true,
  failed: false,
  usage: { total_tokens: 3 },
  tokens: NO_TOKENS,
  disbelief: null,
};

function ended(reading: Partial<Reading>, clean = true): Ending {
  const ending = new Ending();
  ending.complete({ ...GOOD, ...reading }, { clean });
  return ending;
}

describe('an answer is complete', () => {
  test.each<[string, Partial<Reading>, boolean]>([
    ['by its terminal frame', { finishReason: null }, true],
    ['by its terminal frame, whatever followed that', { finishReason: null }, false],
    ['by a finish reason and a clean end', { terminalSeen: false }, true],
  ])('%s', (_name, reading, clean) => {
    const ending = ended(reading, clean);
    expect(ending).toMatchObject({ answerComplete: true, failure: null, outcome: { status: 'ok' } });
  });

  test.each<[string, Partial<Reading>, boolean]>([
    ['with neither of the two', { terminalSeen: false, finishReason: null }, true],
    ['with a finish reason, but half a frame behind it', { terminalSeen: false }, false],
  ])('but not %s', (_name, reading, clean) => {
    const ending = ended(reading, clean);
    expect(ending).toMatchObject({ answerComplete: false, outcome: { reason: 'stream_incomplete' } });
    expect(ending.failure?.code).toBe('stream_incomplete');
  });
});

test('a complete answer without usage is an error that the client need not hear of', () => {
  expect(ended({ usage: null })).toMatchObject({
    failure: null,
    answerComplete: true,
    outcome: { reason: 'usage_missing' },
  });
});

test('usage of which nothing is believed is as good as none, and the row says why', () => {
  expect(ended({ disbelief: { of: 'all', detail: 'Why.' } })).toMatchObject({
    failure: null,
    answerComplete: true,
    outcome: { status: 'error', reason: 'usage_missing', detail: 'Why.' },
  });
});

test('usage of which half is believed is ok', () => {
  expect(ended({ disbelief: { of: 'half', detail: 'Why.' } }).outcome).toEqual({
    status: 'ok',
    reason: null,
    detail: null,
  });
});

test("the provider's own error is not said twice to the client", () => {
  const cut = ended({ failed: true, terminalSeen: false, finishReason: null });
  expect(cut).toMatchObject({ failure: null, answerComplete: false, outcome: { reason: 'upstream_error' } });
});

describe('a failure', () => {
  test('is told with its own words, and kept as the reason', () => {
    const ending = new Ending();
    ending.fail(new WeirError('upstream_protocol', { detail: 'Why.' }));
    expect(ending.failure).toMatchObject({ code: 'upstream_protocol', message: 'Why.' });
    expect(ending.outcome).toEqual({ status: 'error', reason: 'upstream_protocol', detail: 'Why.' });
  });

  test('may be told in other words than the row has', () => {
    const ending = new Ending();
    ending.fail(new WeirError('upstream_credential', { detail: 'Why.' }));
    expect(ending.failure).toMatchObject({ code: 'upstream_credential', status: 502 });
    expect(ending.outcome).toEqual({ status: 'error', reason: 'upstream_status', detail: 'Why.' });
  });

  test.each([new TypeError('secret'), new WeirError('invalid_body', { detail: 'secret' }), 'secret', undefined])(
    'that is not one of the table is internal, and its words stay inside',
    (error) => {
      const ending = new Ending();
      ending.fail(error);
      expect(ending.outcome).toEqual({ status: 'error', reason: 'internal', detail: DETAILS.internal });
      expect(ending.failure?.message).toBe(DETAILS.internal);
    },
  );

  test('is the first one', () => {
    const ending = new Ending();
    ending.fail(new WeirError('gateway_shutdown'));
    ending.fail(new WeirError('upstream_reset'));
    expect(ending).toMatchObject({ failure: { code: 'gateway_shutdown' }, outcome: { reason: 'gateway_shutdown' } });
  });

  test('after the client has left is not the cause', () => {
    const ending = new Ending();
    ending.fire('client_disconnected');
    ending.fail(new WeirError('upstream_reset'));
    expect(ending.outcome).toMatchObject({ status: 'aborted', reason: 'client_disconnected' });
  });
});

test('a signal says what the table says, unless it knows better', () => {
  const ending = new Ending();
  ending.fire('upstream_status', 'The provider answered 429.');
  expect(ending.outcome.detail).toBe('The provider answered 429.');
  const plain = new Ending();
  plain.fire('client_stalled');
  expect(plain.outcome.detail).toBe(DETAILS.client_stalled);
});

test('what has not ended yet has nothing to say', () => {
  expect(new Ending()).toMatchObject({ failure: null, answerComplete: false, outcome: { status: 'ok' } });
});
