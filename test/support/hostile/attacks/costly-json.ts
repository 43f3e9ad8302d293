// JSON that is costly to parse, from callers and from a provider.
import type { Attack } from '../attack.ts';
import { answerOf, inLanes } from '../lanes.ts';
import { costlyBody, SHAPES } from '../weapons/costly-json.ts';
import { shoot } from '../weapons/shot.ts';
import { CHAT, chatShot, GOOD, idLine, JSON_TYPE } from './chat.ts';

const BYTES = 8 * 1024 ** 2;

export const costlyRequests: Attack = {
  name: 'JSON that is costly to parse',
  run({ url, random, id }, until) {
    const bodies = SHAPES.map((shape) => costlyBody(shape, BYTES, GOOD));
    return inLanes({ lanes: 2 }, until, async () => {
      const body = random.oneOf(bodies);
      const headers = `${JSON_TYPE}content-length: ${body.length}\r\n${idLine(id())}`;
      return answerOf(await shoot({ url: new URL(CHAT, url), headers, pieces: [body] }));
    });
  },
};

export const costlyAnswers: Attack = {
  name: 'answers that are costly to parse',
  run: (scene, until) =>
    inLanes({ lanes: 2 }, until, async () => {
      const shape = scene.random.oneOf(SHAPES);
      return answerOf(await shoot(chatShot(scene, `hostile;costly;${shape};${BYTES}`)));
    }),
};
