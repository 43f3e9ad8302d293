// A request as it came over HTTP, read into what an API is asked.
import type { IncomingMessage } from 'node:http';
import type { Asking, Body } from './apis/api.ts';

/** The body as a JSON object, null when it is none, and `gone` when the client was, before its end. A GET has no body. */
export async function readBody(request: IncomingMessage): Promise<Body | null | 'gone'> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk);
  } catch {
    return 'gone';
  }
  return request.method === 'GET' ? {} : parseObject(Buffer.concat(chunks).toString());
}

export function askingOf({ url = '' }: Pick<IncomingMessage, 'url'>, body: Body | null): Asking {
  const [path = '', ...query] = url.split('?');
  return { path, query: new URLSearchParams(query.join('?')), body: body ?? {} };
}

function parseObject(text: string): Body | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && !Array.isArray(value) ? (value as Body | null) : null;
  } catch {
    return null;
  }
}
