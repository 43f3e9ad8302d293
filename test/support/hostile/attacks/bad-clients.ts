// Clients that stall, leave all at once, or ask the next thing before the last was answered.

import { visit } from '../../visit.ts';
import type { Attack, Scene } from '../attack.ts';
import { answerOf, inLanes } from '../lanes.ts';
import { shootRaw } from '../weapons/shot.ts';
import { CHAT, idLine, JSON_TYPE } from './chat.ts';

const CROWD = 60;

async function leave({ url, id }: Scene): Promise<string> {
  const { saw } = await visit({ id: id(), url: url.href, behaviour: 'leaves midway', tokens: 20, everyMs: 20 });
  return saw;
}

export const stalledClients: Attack = {
  name: 'clients that read nothing',
  run: ({ url, id }, until) =>
    inLanes({ lanes: 2, everyMs: 300 }, until, async () => {
      const { saw, status } = await visit({ id: id(), url: url.href, behaviour: 'stalls', tokens: 300, everyMs: 0 });
      return saw === 'stalled' ? String(status) : saw;
    }),
};

export const drainStorm: Attack = {
  name: 'clients that leave all at once',
  run: (scene, until) => inLanes({ lanes: CROWD, everyMs: 300 }, until, () => leave(scene)),
};

export const pipelining: Attack = {
  name: 'pipelined requests',
  run: ({ url, random, id }, until) =>
    inLanes({ lanes: 2, everyMs: 20 }, until, async () => {
      const requests = Array.from({ length: random.between(2, 30) }, () => plainRequest(url, id()));
      const last = `GET /healthz HTTP/1.1\r\nhost: ${url.host}\r\nconnection: close\r\n\r\n`;
      return answerOf(await shootRaw({ url, pieces: [requests.join('') + last] }));
    }),
};

function plainRequest(url: URL, id: string): string {
  const body = '{"model":"gpt-4o;tokens=2,every=1","messages":[]}';
  const head = `POST ${CHAT} HTTP/1.1\r\nhost: ${url.host}\r\n${JSON_TYPE}${idLine(id)}`;
  return `${head}content-length: ${body.length}\r\n\r\n${body}`;
}
