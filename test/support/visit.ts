// One client's request on a real socket, ended as clients end theirs → what the client saw of it.
import { once } from 'node:events';
import { type RawAnswer, type RawRequest, readRaw, sendRaw } from './raw-http.ts';

export type Behaviour = 'reads all' | 'leaves at [DONE]' | 'leaves midway' | 'stalls' | 'wants no stream';

/**
 * `told`: an error in band; `refused`: an error instead of an answer; `broken`: neither an end nor a word; `turned away`:
 * nobody took the connection.
 */
export type Saw = 'all' | 'told' | 'refused' | 'broken' | 'left' | 'stalled' | 'turned away';

export interface Order {
  /** Its x-request-id. */
  readonly id: string;
  /** The gateway's. */
  readonly url: string;
  readonly behaviour: Behaviour;
  readonly tokens: number;
  /** Between two tokens. */
  readonly everyMs: number;
}

export interface Visit extends Order {
  readonly saw: Saw;
  readonly status: number | null;
  /** Of the error that it was told. */
  readonly code: string | null;
  readonly ms: number;
}

const LEAVES_AT: Partial<Record<Behaviour, string>> = {
  'leaves at [DONE]': 'data: [DONE]',
  'leaves midway': '"content":"',
};

export async function visit(order: Order): Promise<Visit> {
  const begun = performance.now();
  const seen = order.behaviour === 'stalls' ? await stall(order) : await read(order);
  return { ...order, ...seen, ms: performance.now() - begun };
}

type Seen = Pick<Visit, 'saw' | 'status' | 'code'>;

async function read(order: Order): Promise<Seen> {
  const socket = sendRaw(requestOf(order));
  const connected = once(socket, 'connect').then(
    () => true,
    () => false,
  );
  const answer = await readRaw(socket, LEAVES_AT[order.behaviour]);
  if (!(await connected)) return { saw: 'turned away', status: null, code: null };
  const status = Number(/^HTTP\/1\.1 (\d+)/.exec(answer.head)?.[1] ?? 0) || null;
  const code = /"code":"(\w+)"/.exec(answer.text)?.[1] ?? null;
  return { saw: sawOf(order.behaviour, answer, { status, code }), status, code };
}

function sawOf(behaviour: Behaviour, { ended, text }: RawAnswer, { status, code }: Omit<Seen, 'saw'>): Saw {
  if (status === null) return 'broken';
  if (status !== 200) return 'refused';
  if (ended === 'left') return behaviour === 'leaves midway' ? 'left' : 'all';
  if (code !== null) return 'told';
  const isWhole = behaviour === 'wants no stream' || text.endsWith('data: [DONE]\n\n');
  return ended === 'complete' && isWhole ? 'all' : 'broken';
}

/** Takes the first bytes, and nothing more for as long as this process lives. */
async function stall(order: Order): Promise<Seen> {
  const socket = sendRaw(requestOf(order)).on('error', () => undefined);
  const [bytes] = await Promise.race([once(socket, 'data'), once(socket, 'close')]);
  socket.pause().unref();
  const isServed = String(bytes).startsWith('HTTP/1.1 200 ');
  return { saw: isServed ? 'stalled' : 'broken', status: isServed ? 200 : null, code: null };
}

// More than the kernel's buffers take.
const STALLING = 'size=20000,';

function requestOf({ id, url, behaviour, tokens, everyMs }: Order): RawRequest {
  const model = `gpt-4o;${behaviour === 'stalls' ? STALLING : ''}tokens=${tokens},every=${everyMs},input=${INPUT_TOKENS}`;
  const body = {
    model,
    stream: behaviour !== 'wants no stream',
    messages: [{ role: 'user', content: 'How deep is it?' }],
  };
  return { url: new URL('/v1/chat/completions', url), body, headers: `x-request-id: ${id}\r\n` };
}

export const INPUT_TOKENS = 7;
