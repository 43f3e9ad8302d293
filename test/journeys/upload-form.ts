// A form that a client uploads piece by piece, and leaves when it likes.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Gateway } from '../support/weir.ts';

export const ANSWER =
  '{"text":"A weir.","usage":{"type":"tokens","input_tokens":9,"output_tokens":2,"total_tokens":11}}';
export const PATH = '/v1/audio/transcriptions';
export const MIB = 1_048_576;

export const field = (name: string, value: string) =>
  `--b0\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
export const FILE =
  '--b0\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\nContent-Type: audio/wav\r\n\r\n';
export const END = '\r\n--b0--\r\n';
export const PIECE = Buffer.alloc(MIB, 'RIFF\r\n--b\r\n');

interface Answered {
  readonly id: string;
  readonly status: number;
  readonly answer: string;
}

/** What is sent, and what comes back. */
export function begin(gateway: Gateway | undefined, headers: Record<string, string> = {}, path = PATH) {
  const { hostname, port } = new URL(gateway?.url ?? '');
  const type = { 'content-type': 'multipart/form-data; boundary=b0' };
  const asking: ClientRequest = request({ hostname, port, path, method: 'POST', headers: { ...type, ...headers } });
  const hash = createHash('sha256');
  let digest = '';
  let isAnswered = false;
  asking.on('error', () => undefined);
  const answer = once(asking, 'response').then(async ([res]: IncomingMessage[]): Promise<Answered> => {
    isAnswered = true;
    if (res === undefined) throw new Error('there is no answer');
    const id = String(res.headers['x-weir-request-id']);
    return { id, status: res.statusCode ?? 0, answer: await text(res) };
  });
  answer.catch(() => undefined);

  async function send(piece: string | Buffer): Promise<void> {
    hash.update(piece);
    if (!asking.write(piece)) await Promise.race([once(asking, 'drain'), answer.catch(() => undefined)]);
  }

  return {
    send,
    invited: () => once(asking, 'continue'),
    isAnswered: () => isAnswered,
    /** Whether there was room for it in this time; it is sent in either case. */
    async sendAtMost(piece: Buffer, ms: number): Promise<boolean> {
      const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), ms));
      return Promise.race([send(piece).then(() => true), late]);
    },
    end(last: string | Buffer): Promise<Answered> {
      hash.update(last);
      digest = hash.digest('hex');
      asking.end(last);
      return answer;
    },
    answered: () => answer,
    /** Resolves when the kernel has all of it. */
    sent: once(asking, 'finish').catch(() => undefined),
    sha256: () => digest,
    leave: () => asking.destroy(),
    /** Resolves when the kernel has it. */
    flushed: (piece: string) => new Promise<void>((resolve) => asking.write(piece, () => resolve())),
    /** As a process leaves that is killed with bytes unread. */
    reset: () => asking.socket?.resetAndDestroy(),
  };
}
