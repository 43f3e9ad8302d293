// A stream that lasts for as long as a test wants: its provider has begun, and goes on when it is let.
import { once } from 'node:events';
import type { Provider } from '../support/provider.ts';
import { type RawAnswer, readRaw, sendRaw } from '../support/raw-http.ts';

export interface HeldStream {
  readonly id: string;
  /** What its client got, once that is all. */
  readonly answer: Promise<RawAnswer>;
  /** The provider says what it still has to say. */
  letGo(): void;
  /** The client leaves. */
  leave(): void;
}

const said = (choices: string, more = '') => `data: {"id":"held","model":"held","choices":[${choices}]${more}}\n\n`;
const BEGINNING = said('{"index":0,"delta":{"content":"Hold on"}}');
const FINISH = said('{"index":0,"delta":{},"finish_reason":"stop"}');
const USAGE = said('', ',"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}');
/** All of it. */
export const HELD = `${BEGINNING}${FINISH}${USAGE}data: [DONE]\n\n`;

interface Asking {
  readonly model?: string;
  /** Lines of the head, each with its CRLF. */
  readonly headers?: string;
}

/** By way of this gateway, which sends this model to that provider; throws unless it begins. */
export async function holdStream(
  provider: Provider,
  gatewayUrl: string,
  { model = 'held', headers = '' }: Asking = {},
): Promise<HeldStream> {
  const held = Promise.withResolvers<void>();
  provider.answer({ pieces: [BEGINNING, () => held.promise, HELD.slice(BEGINNING.length)] });
  const socket = sendRaw({ url: new URL('/v1/chat/completions', gatewayUrl), body: { model, stream: true }, headers });
  const answer = readRaw(socket);
  const [first] = await once(socket, 'data');
  const [, id] = /^HTTP\/1\.1 200 .*x-weir-request-id: ([\w-]+)/s.exec(String(first)) ?? [];
  if (id === undefined) throw new Error(`The stream did not begin: ${first}`);
  return { id, answer, letGo: held.resolve, leave: () => void socket.destroy() };
}
