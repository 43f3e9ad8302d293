// A simulator of one's own: a process, what is asked of it, and what it says that it was asked.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { askRaw, type RawAnswer, sendRaw } from '../support/raw-http.ts';

export const SIMULATOR = fileURLToPath(new URL('../../apps/simulator/src/main.ts', import.meta.url));

interface Asking {
  /** Members of the request besides model, messages and `stream: true`. */
  readonly body?: object;
  readonly headers?: string;
  readonly leaveAt?: string;
}

interface AskedRequest {
  readonly id: string;
  readonly url: string;
  readonly model: string | null;
  readonly stream: boolean;
  readonly endedAt: string | null;
  readonly sentFrames: number;
  readonly sentBytes: number;
  readonly sawClose: boolean;
}

export interface Simulator {
  readonly process: ChildProcess;
  /** Ends with a slash. */
  readonly url: URL;
  ask(model: string, asking?: Asking): Promise<RawAnswer>;
  /** Asks any API: a path with its query, and a whole body. */
  askAt(path: string, body: object, asking?: Pick<Asking, 'headers' | 'leaveAt'>): Promise<RawAnswer>;
  /** Asks, and leaves the reading to the caller. */
  send(model: string): Socket;
  sendAt(path: string, body: object): Socket;
  requests(): Promise<AskedRequest[]>;
  forgetRequests(): Promise<Response>;
  /** The last request, when there is one that has begun, or ended. */
  requestThatBegan(): Promise<AskedRequest>;
  requestThatEnded(): Promise<AskedRequest>;
  stop(): Promise<void>;
}

export async function startSimulator(): Promise<Simulator> {
  const child = fork(SIMULATOR, ['--port', '0', '--log-level', 'warn'], { env: {} });
  const [message] = (await once(child, 'message')) as [{ ready: true; url: string }];
  const url = new URL(`${message.url}/`);
  const chat = new URL('chat/completions', url);
  const record = new URL('/sim/requests', url);
  const requests = async () => (await fetch(record)).json() as Promise<AskedRequest[]>;
  return {
    process: child,
    url,
    ask: (model, { leaveAt, body, headers = '' } = {}) =>
      askRaw({ url: chat, body: requestBody(model, body), headers }, leaveAt),
    askAt: (path, body, { leaveAt, headers = '' } = {}) => askRaw({ url: new URL(path, url), body, headers }, leaveAt),
    send: (model) => sendRaw({ url: chat, body: requestBody(model) }),
    sendAt: (path, body) => sendRaw({ url: new URL(path, url), body }),
    requests,
    forgetRequests: () => fetch(record, { method: 'DELETE' }),
    requestThatBegan: () => until(async () => (await requests()).at(-1)),
    requestThatEnded: () => until(async () => (await requests()).findLast(({ endedAt }) => endedAt !== null)),
    stop: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

export async function until<T>(probe: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    await sleep(5);
  }
}

function requestBody(model: string, more: object = {}): object {
  return { model, messages: [{ role: 'user', content: 'What is a weir?' }], stream: true, ...more };
}
