import { beforeEach, expect, test } from '@jest/globals';
import { completionSchema } from '@weir/ledger/completion';
import { completion, opening } from '../../testing/records.ts';
import { logIn, Script } from '../../testing/script.ts';
import { createSoundCompose } from './sound-compose.ts';

const ID = '01900000-0000-7000-8000-00000000000a';
const BUG = new TypeError('reading is undefined');

let script: Script;
beforeEach(() => {
  script = new Script();
});

const sound = (compose: () => ReturnType<typeof completion>) =>
  createSoundCompose(compose, { opening: opening(ID), log: logIn(script) });

const throwing = () => {
  throw BUG;
};

test('what composes well is asked each time, and its answer handed on', () => {
  let frames = 0;
  const compose = sound(() => completion(ID, { frames }));
  for (frames = 1; frames <= 3; frames += 1) expect(compose()).toEqual(completion(ID, { frames }));
  script.end();
});

test('what throws is logged once, and its request ends as an internal error that the ledger takes', () => {
  const compose = sound(throwing);
  script.expect(`error completion.uncomposed ${ID}`);
  const first = compose();
  expect(first).toMatchObject({ id: ID, status: 'error', reason: 'internal', usageSource: 'none', usage: null });
  expect(completionSchema.safeParse(first).error).toBeUndefined();
  expect(compose()).toBe(first);
  script.end();
});

test('what throws later than it answered is taken at its last word', () => {
  let isBroken = false;
  const compose = sound(() => (isBroken ? throwing() : completion(ID, { outputTokens: 7 })));
  const first = compose();
  isBroken = true;
  script.expect(`error completion.uncomposed ${ID}`);
  expect(compose()).toBe(first);
  expect(first.outputTokens).toBe(7);
  script.end();
});
