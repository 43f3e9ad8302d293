import { expect, test } from '@jest/globals';
import { answerTo, askingFor, dataOf, framesOf } from '../../testing/answer-to.ts';
import { Refused } from './api.ts';
import { rememberedResponses } from './openai-responses-replay.ts';

const body = { model: 'sim:tokens=2,end=reset', input: 'a weir?' };

function replaying(model: string, query: string, capacity = 5) {
  const { asked, replayed } = rememberedResponses(capacity);
  const original = framesOf(answerTo(asked, model, { body: { ...body, model } }), 2);
  const asking = askingFor({ path: '/v1/responses/resp_sim-1', query: new URLSearchParams(query), body: {} });
  return { asked, replayed, original, asking };
}

test('the events after a number are the ones that were said, with their numbers', () => {
  const { replayed, original, asking } = replaying(body.model, 'stream=true&starting_after=4');
  const { model, streamed } = replayed.target(asking);
  expect({ model, streamed }).toEqual({
    model: 'sim:tokens=2,end=reset,headers=0,first=0,every=0,end=done',
    streamed: true,
  });
  const again = answerTo(replayed, model ?? '', { ...asking, id: 'replay_sim-2' });
  expect(framesOf(again, 2)).toEqual(original.slice(5));
  expect(dataOf(original[5]).sequence_number).toBe(5);
});

test.each([
  ['gpt-x', 'stream=true', 'gpt-x;headers=0,first=0,every=0,end=done'],
  ['gpt-x;end=cut', '', 'gpt-x;end=cut,headers=0,first=0,every=0,end=done'],
  ['sim:end=failed', 'stream=true', 'sim:end=failed,headers=0,first=0,every=0,end=failed'],
  ['sim:end=error-event', 'stream=true', 'sim:end=error-event,headers=0,first=0,every=0,end=error-event'],
  ['sim:end=error', '', 'sim:end=error,headers=0,first=0,every=0,end=failed'],
])('%s, asked again with "%s", is %s', (model, query, again) => {
  const { replayed, asking } = replaying(model, query);
  expect(replayed.target(asking).model).toBe(again);
});

test('what is not known, or was forgotten, is refused with 404', () => {
  const { asked, replayed, asking } = replaying('sim', '', 1);
  answerTo(asked, 'sim', { body, id: 'resp_sim-2' });
  expect(replayed.target(asking).model).toBeNull();
  expect(problemOf(() => replayed.read(asking))).toMatchObject({
    status: 404,
    message: expect.stringContaining('resp_sim-1'),
  });
});

test('a number that is none is refused with 400', () => {
  const { replayed, asking } = replaying('sim', 'stream=true&starting_after=x');
  expect(problemOf(() => replayed.read(asking))).toMatchObject({ status: 400, param: 'starting_after' });
});

function problemOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    if (error instanceof Refused) return error.problem;
  }
  return undefined;
}
