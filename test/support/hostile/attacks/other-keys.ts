// Keys that one parser takes for another's: in another case, folded, escaped, or given twice.
import type { Attack } from '../attack.ts';
import { answerOf, inLanes } from '../lanes.ts';
import { shoot } from '../weapons/shot.ts';
import { CHAT, GOOD, idLine, JSON_TYPE } from './chat.ts';

const MEMBERS = [
  '"Stream":true',
  '"stream":false,"STREAM":true',
  '"stream":null,"Stream":true',
  '"stream":true,"stream_options":{"include_usage":true},"Stream_Options":{"include_usage":false}',
  '"Model":"hostile;good"',
  '"model":"hostile;good"',
  '"ſtream":true',
  '"\\u0053tream":true',
];

export const otherKeys: Attack = {
  name: 'keys in another case, or twice',
  run: ({ url, random, id }, until) =>
    inLanes({ lanes: 2, everyMs: 20 }, until, async () => {
      const body = `{${GOOD},${random.oneOf(MEMBERS)},"messages":[]}`;
      const headers = `${JSON_TYPE}content-length: ${Buffer.byteLength(body)}\r\n${idLine(id())}`;
      return answerOf(await shoot({ url: new URL(CHAT, url), headers, pieces: [body] }));
    }),
};
