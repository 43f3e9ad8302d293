// The provider of the bench, faster than all that is measured: raw sockets, answers that are ready before they are asked
// for, and of a request it reads no more than the length and the model.
import { createServer, type Socket } from 'node:net';
import { obey, serve } from './orders.ts';
import {
  answerOf,
  BEFORE_STAMP,
  CLOSING_CHUNKS,
  contentFramesOf,
  FRAME_CHUNK,
  FRAMES_A_SECOND,
  isEndless,
  modelOf,
  nowUs,
  STAMP_DIGITS,
  STREAM_HEAD,
  type Word,
  wordIn,
} from './wire.ts';

const STAMP_AT = FRAME_CHUNK.indexOf(BEFORE_STAMP) + BEFORE_STAMP.length;

const ready = new Map<string, Buffer>();
/** Ends each endless stream that is open. */
const closings = new Set<() => void>();
/** Of the frames that come one by one. */
let sent = 0;

function serveCaller(socket: Socket): void {
  let unread: Buffer = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes) => {
    unread = unread.length === 0 ? bytes : Buffer.concat([unread, bytes]);
    for (let length = requestLength(unread); length > 0; length = requestLength(unread)) {
      answer(socket, wordIn(unread.toString('latin1', 0, length)));
      unread = unread.subarray(length);
    }
  });
}

/** 0 until all of it is there. */
function requestLength(bytes: Buffer): number {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return 0;
  const length = /\r\ncontent-length: *(\d+)/i.exec(bytes.toString('latin1', 0, headEnd))?.[1];
  if (length === undefined) throw new Error('the bench provider reads no request without a length');
  const whole = headEnd + 4 + Number(length);
  return bytes.length < whole ? 0 : whole;
}

function answer(socket: Socket, word: Word): void {
  if (word.kind === 'once' || word.kind === 'json') socket.write(readyAnswer(word));
  else drip(socket, word, 1000 / FRAMES_A_SECOND[word.kind]);
}

function readyAnswer(word: Word): Buffer {
  const model = modelOf(word);
  const known = ready.get(model) ?? answerOf(word);
  ready.set(model, known);
  return known;
}

/** Frame by frame; an endless stream ends when it is told to. */
function drip(socket: Socket, word: Word, everyMs: number): void {
  let left = contentFramesOf(word);
  const timer = setInterval(() => {
    left -= 1;
    if (left > 0) socket.write(stamped());
    else close();
  }, everyMs);
  function stop(): void {
    clearInterval(timer);
    closings.delete(close);
    socket.off('close', stop);
  }
  function close(): void {
    stop();
    socket.write(CLOSING_CHUNKS);
  }
  if (isEndless(word.kind)) closings.add(close);
  socket.on('close', stop);
  socket.write(Buffer.concat([STREAM_HEAD, stamped()]));
}

function stamped(): Buffer {
  sent += 1;
  const frame = Buffer.from(FRAME_CHUNK);
  frame.write(String(nowUs()).padStart(STAMP_DIGITS, '0'), STAMP_AT, 'latin1');
  return frame;
}

obey({
  close: async () => {
    for (const close of [...closings]) close();
  },
  sent: async () => sent,
});
serve(createServer({ noDelay: true }, serveCaller));
