// A request as it came over HTTP, read into what an API is asked.
import type { IncomingMessage } from 'node:http';
import type { Asking, Body } from './apis/api.ts';

/** Azure's paths name the model. */
const DEPLOYMENT = /\/deployments\/([^/]+)\//;

/** The body as a JSON object, null when it is none, and `gone` when the client was, before its end. A GET has no body. */
export async function readBody(request: IncomingMessage): Promise<Body | null | 'gone'> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk);
  } catch {
    return 'gone';
  }
  if (request.method === 'GET') return {};
  const [, boundary] = /^multipart\/form-data;.*boundary="?([^";]+)/i.exec(request.headers['content-type'] ?? '') ?? [];
  const text = Buffer.concat(chunks).toString();
  return boundary === undefined ? parseObject(text) : parseForm(text, boundary);
}

export function askingOf({ url = '' }: Pick<IncomingMessage, 'url'>, body: Body | null): Asking {
  const [path = '', ...query] = url.split('?');
  const [, deployment] = DEPLOYMENT.exec(path) ?? [];
  const named = deployment === undefined ? {} : { model: decodeURIComponent(deployment) };
  return { path, query: new URLSearchParams(query.join('?')), body: { ...body, ...named } };
}

/** The fields of a form, but for its files. */
function parseForm(text: string, boundary: string): Body {
  const parts = text.split(`--${boundary}`).flatMap((part) => {
    const [head = '', ...value] = part.split('\r\n\r\n');
    const [, name] = /name="([^"]*)"/.exec(head) ?? [];
    if (name === undefined || head.includes('filename=')) return [];
    return [[name, fieldOf(value.join('\r\n\r\n').replace(/\r\n$/, ''))] as const];
  });
  return Object.fromEntries(parts);
}

/** `true`, and numbers, are what they would be in JSON. */
const fieldOf = (text: string): unknown => (/^(?:true|false|\d{1,9})$/.test(text) ? JSON.parse(text) : text);

function parseObject(text: string): Body | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && !Array.isArray(value) ? (value as Body | null) : null;
  } catch {
    return null;
  }
}
