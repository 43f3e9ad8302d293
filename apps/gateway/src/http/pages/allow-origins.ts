// The origins whose pages may ask, as the operator named them: their preflights are answered, and their browsers are told
// that these pages may read what comes.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';

// A wildcard names no credential in `allow-headers`, so what is asked for is allowed; in `expose-headers` it names all.
const EXPOSED = 'x-weir-request-id, *';
const METHODS = 'GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS';
// As long as browsers keep it at most.
const MAX_AGE_S = 7200;

export function allowOrigins(origins: readonly string[]): RequestHandler {
  return (req, res, next) => {
    res.setHeader('vary', 'origin');
    const { origin } = req.headers;
    if (origin === undefined || !origins.includes(origin)) return next();
    res.setHeader('access-control-allow-origin', origin);
    if (isPreflight(req)) return answerPreflight(req, res);
    res.setHeader('access-control-expose-headers', EXPOSED);
    next();
  };
}

const isPreflight = ({ method, headers }: IncomingMessage): boolean =>
  method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;

function answerPreflight({ headers }: IncomingMessage, res: ServerResponse): void {
  res.setHeader('access-control-allow-methods', METHODS);
  const asked = headers['access-control-request-headers'];
  if (asked !== undefined) res.setHeader('access-control-allow-headers', asked);
  res.setHeader('access-control-max-age', MAX_AGE_S);
  res.writeHead(204).end();
}
