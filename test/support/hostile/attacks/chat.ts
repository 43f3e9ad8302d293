// The requests that attacks are made of.
import type { Scene } from '../attack.ts';

export const CHAT = '/v1/chat/completions';
/** One that is passed through without being metered. */
export const COUNT = '/v1/messages/count_tokens';

export const JSON_TYPE = 'content-type: application/json\r\n';
export const CHUNKED = `${JSON_TYPE}transfer-encoding: chunked\r\n`;

export const GOOD = '"model":"hostile;good"';

export const idLine = (id: string): string => `x-request-id: ${id}\r\n`;

/** The whole request for a chat, as it must be, but for what is wrong with its model. */
export function chatShot(scene: Scene, model: string, more: object = {}) {
  const body = JSON.stringify({ model, ...more, messages: [{ role: 'user', content: 'How deep is it?' }] });
  const headers = `${JSON_TYPE}content-length: ${Buffer.byteLength(body)}\r\n${idLine(scene.id())}`;
  return { url: new URL(CHAT, scene.url), headers, pieces: [body] };
}
