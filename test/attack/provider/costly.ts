// The acts of a provider whose answers cost more to read than to write.
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { costlyValue, type Shape } from '../../support/hostile/weapons/costly-json.ts';
import { type Act, contentFrame, endOf, JSON_TYPE, USAGE, WHOLE_HEAD } from './act.ts';

/** `costly;<shape>;<bytes>`: a whole answer that is costly to parse, with its usage at the end. */
const costly: Act = (res, { args: [shape, bytes] }) => {
  res.writeHead(200, JSON_TYPE);
  res.write(`${WHOLE_HEAD},"x":`);
  res.write(costlyValue(shape as Shape, Number(bytes)));
  res.end(`,"usage":${JSON.stringify(USAGE)}}`);
};

/** `drip;<bytes>`: one frame that grows byte by byte, each a packet of its own, and then a good end. */
const drip: Act = async ({ socket }, { args: [bytes], isArray }) => {
  const type = isArray ? 'application/json' : 'text/event-stream';
  const [before, after] = isArray ? ARRAY_ENDS : SSE_ENDS;
  socket?.setNoDelay(true).write(`HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\nconnection: close\r\n\r\n${before}`);
  for (let at = 0; at < Number(bytes) && socket?.writable; at += 1) await writeByte(socket);
  socket?.end(after);
};

async function writeByte(socket: Socket): Promise<void> {
  if (socket.write('x')) return pause(1); // so that whoever reads has read it before the next
  await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
}

const dripped = contentFrame('x').split('x') as [string, string];
const SSE_ENDS = [dripped[0], dripped[1] + endOf(USAGE)] as const;

const ARRAY_USAGE = { promptTokenCount: 7, candidatesTokenCount: 3, totalTokenCount: 10 };
const ARRAY_ENDS = [
  '[{"candidates":[{"content":{"parts":[{"text":"',
  `"}]},"finishReason":"STOP","index":0}],"usageMetadata":${JSON.stringify(ARRAY_USAGE)},"modelVersion":"hostile"}]`,
] as const;

export const COSTLY = { costly, drip };
