// The simulator's HTTP. On node:http alone, because what is sent and when is its whole point.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Log } from '@weir/infra/log';
import { anthropicErrorBody } from './apis/anthropic-error.ts';
import type { Problem } from './apis/api.ts';
import { geminiErrorBody } from './apis/gemini-error.ts';
import { openaiErrorBody } from './apis/openai-error.ts';
import { createRequestLog } from './requests.ts';
import { type Route, routesOf } from './routes.ts';
import { sendJson } from './send.ts';

const REMEMBERED_REQUESTS = 10_000;
const KEEP_ALIVE_MS = 65_000; // longer than callers keep an idle connection, so that no request meets its end

export function createSimulator(log: Log): Server {
  const routes = routesOf(log, createRequestLog(REMEMBERED_REQUESTS));
  const server = createServer({ noDelay: true, keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 });
  return server.on('request', (request, response) => void route(routes, request, response));
}

function route(routes: readonly Route[], request: IncomingMessage, response: ServerResponse): void | Promise<void> {
  const { method = '', url = '' } = request;
  const path = plainPath(url.split('?')[0] ?? '');
  const methods = routes.find((one) => matches(one.path, path))?.methods;
  const refuse = (problem: Problem) => sendJson(response, problem.status, errorBodyAt(path)(problem));
  if (methods === undefined) return refuse({ status: 404, message: `Invalid URL (${method} ${path})` });
  const handler = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (handler !== undefined) return handler(request, response);
  response.setHeader('allow', Object.keys(methods).join(', '));
  return refuse({ status: 405, message: `Not allowed to ${method} on ${path}` });
}

/** Azure's paths, and Google's for OpenAI's API, lead to the same as OpenAI's own. */
const plainPath = (path: string): string =>
  path.replace(/^\/(?:(?:v1|openai)\/deployments\/[^/]+|openai(?:\/v1)?|v1(?:beta)?\/openai)(?=\/)/, '/v1');

function matches(pattern: string | RegExp, path: string): boolean {
  return typeof pattern === 'string' ? pattern === path : pattern.test(path);
}

/** The error shape of whoever owns such paths. */
function errorBodyAt(path: string): (problem: Problem) => string {
  if (path.startsWith('/v1beta/')) return geminiErrorBody;
  return path.startsWith('/v1/messages') ? anthropicErrorBody : openaiErrorBody;
}
