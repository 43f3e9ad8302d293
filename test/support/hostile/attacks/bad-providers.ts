// A provider that breaks, lies, or answers more than anybody asked for.

import { ABSURDITIES } from '../absurd-usage.ts';
import type { Attack } from '../attack.ts';
import { answerOf, inLanes } from '../lanes.ts';
import { shoot } from '../weapons/shot.ts';
import { chatShot } from './chat.ts';

const STATUSES = [204, 205, 206, 304, 302, 418, 429, 500, 600, 999];

export const absurdUsage: Attack = {
  name: 'usage that cannot be',
  run: (scene, until) =>
    inLanes({ lanes: 2, everyMs: 20 }, until, async () => {
      const model = `hostile;usage;${scene.random.oneOf(ABSURDITIES)}`;
      return answerOf(await shoot(chatShot(scene, model, { stream: scene.random.below(2) === 0 })));
    }),
};

export const badProviders: Attack = {
  name: 'answers that break',
  run: (scene, until) => {
    const { random } = scene;
    const acts = [
      () => `status;${random.oneOf(STATUSES)}`,
      () => `frame;${random.oneOf([100_000, 9_000_000])}`,
      () => 'chunks',
      () => 'proceed',
      () => 'gzip',
      () => 'reset',
      () => 'bomb;64',
      () => `head;${random.oneOf([30_000, 1_000_000])}`,
      () => 'returns;2',
      () => 'choices;50',
    ];
    return inLanes({ lanes: 3 }, until, async () =>
      answerOf(await shoot(chatShot(scene, `hostile;${random.oneOf(acts)()}`, { stream: random.below(2) === 0 }))),
    );
  },
};

export const growingFrames: Attack = {
  name: 'frames that grow byte by byte',
  run: (scene, until) =>
    inLanes({ lanes: 16 }, until, async () =>
      answerOf(await shoot(chatShot(scene, 'hostile;drip;3000', { stream: true }))),
    ),
};
