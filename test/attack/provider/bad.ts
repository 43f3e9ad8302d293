// The acts of a provider that is broken, or lies.
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { ABSURD } from '../../support/hostile/absurd-usage.ts';
import { type Act, contentFrame, endOf, JSON_TYPE, SSE, USAGE, wholeAnswer } from './act.ts';

const MIB = 1024 ** 2;

/** `frame;<bytes>`: one frame of that size, and a good end. */
const frame: Act = (res, { args: [bytes] }) => {
  res.writeHead(200, SSE);
  res.end(contentFrame('x'.repeat(Number(bytes))) + endOf(USAGE));
};

/** `usage;<which>`: usage that no model can have had. */
const usage: Act = (res, { args: [which = ''], streamed }) => {
  const said = ABSURD[which] ?? {};
  res.writeHead(200, streamed ? SSE : JSON_TYPE);
  res.end(streamed ? contentFrame('Deep.') + endOf(said) : wholeAnswer(said));
};

/** `status;<status>`. */
const status: Act = ({ socket }, { args: [code] }) => {
  const body = '{"error":{"message":"odd"}}';
  socket?.end(`HTTP/1.1 ${code} Odd\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`);
};

/** The end of one chunk is not where it was said. */
const chunks: Act = ({ socket }) => {
  const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';
  const first = contentFrame('Deep.');
  socket?.end(`${head}${first.length.toString(16)}\r\n${first}\r\nZZ\r\n${first}\r\n0\r\n\r\n`);
};

/** `100 Continue`, which nobody asked for, and then a good answer. */
const proceed: Act = ({ socket }) => {
  const body = wholeAnswer(USAGE);
  const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close`;
  socket?.end(`HTTP/1.1 100 Continue\r\n\r\n${head}\r\n\r\n${body}`);
};

/** Packed though nobody asked, and cut in the middle. */
const gzip: Act = (res) => {
  const packed = gzipSync(wholeAnswer(USAGE));
  res.writeHead(200, { ...JSON_TYPE, 'content-encoding': 'gzip' }).end(packed.subarray(0, packed.length / 2));
};

/** `bomb;<MiB>`: so much of nothing, packed to a thousandth. */
const bomb: Act = (res, { args: [size] }) => {
  res.writeHead(200, { ...JSON_TYPE, 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(Number(size) * MIB, ' ')));
};

/** Breaks off in the middle of a frame. */
const reset: Act = (res) => {
  res.writeHead(200, SSE);
  res.write(contentFrame('Deep.').slice(0, -20), () => res.socket?.resetAndDestroy());
};

/** `head;<bytes>`: so much of a head, that never ends. */
const head: Act = ({ socket }, { args: [bytes] }) => {
  socket?.end(`HTTP/1.1 200 OK\r\nx-odd: ${'x'.repeat(Number(bytes))}`);
};

/** A hint in advance, again and again, and never an answer. */
const hints: Act = ({ socket }) => {
  const hinting = setInterval(() => socket?.write('HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n'), 50);
  socket?.once('close', () => clearInterval(hinting));
};

/** `returns;<MiB>`: so much of lines that end in CR alone, and a good end. */
const returns: Act = (res, { args: [size] }) => {
  res.writeHead(200, SSE);
  res.end(Buffer.concat([Buffer.alloc(Number(size) * MIB, 'a\r'), Buffer.from(`\r\n${endOf(USAGE)}`)]));
};

const PARTS_PER_FRAME = 3000;

/** `choices;<frames>`: each with usage of its own for thousands of choices that there were not before. */
const choices: Act = async (res, { args: [count] }) => {
  const choiceAt = (index: number) => ({ index, usage: { completion_tokens: 1 } });
  const frameAt = (at: number) => `data: ${JSON.stringify({ id: 'x', choices: newParts(at).map(choiceAt) })}\n\n`;
  await sendFrames(res, Number(count), frameAt);
};

/** `members;<frames>`: Anthropic's usage, each time with thousands of members that it had not before. */
const members: Act = async (res, { args: [count] }) => {
  const usageAt = (at: number) => Object.fromEntries([['output_tokens', 5], ...newParts(at).map((n) => [`k${n}`, 1])]);
  const frameAt = (at: number) => {
    const data = { type: 'message_delta', delta: {}, usage: usageAt(at) };
    return `event: message_delta\ndata: ${JSON.stringify(data)}\n\n`;
  };
  await sendFrames(res, Number(count), frameAt, 'event: message_stop\ndata: {"type":"message_stop"}\n\n');
};

const newParts = (at: number): number[] => Array.from({ length: PARTS_PER_FRAME }, (_, n) => at * PARTS_PER_FRAME + n);

async function sendFrames(res: ServerResponse, count: number, frameAt: (at: number) => string, end = DONE) {
  res.writeHead(200, SSE);
  for (let at = 0; at < count && !res.destroyed; at += 1)
    if (!res.write(frameAt(at))) await Promise.race([once(res, 'drain'), once(res, 'close')]);
  res.end(end);
}

const DONE = 'data: [DONE]\n\n';

export const BAD = {
  frame,
  usage,
  status,
  chunks,
  proceed,
  gzip,
  bomb,
  reset,
  head,
  hints,
  returns,
  choices,
  members,
};
