// The one place where an error becomes an HTTP answer, in the shape that the caller's API has for it.
import type { ErrorRequestHandler, Request, Response } from 'express';
import { dialectOf } from './endpoints.ts';
import { WeirError } from './errors.ts';
import type { Gateway } from './exchange/gateway.ts';

// A connection that is closed with bytes unread is reset, and the answer may be lost with it.
const LINGER_MS = 1000;
const RETRY_AFTER_S = 1;

export function answerErrors({ metrics, log }: Gateway): ErrorRequestHandler {
  return (cause, req, res, _next) => {
    if (res.destroyed) return; // nobody is left to be told
    const error = cause instanceof WeirError ? cause : new WeirError('internal', { cause });
    metrics.refused(error.code);
    if (error.code === 'internal') log.error({ error: cause }, 'request.failed');
    if (res.headersSent) return void res.destroy();
    answer(error, req, res);
  };
}

function answer(error: WeirError, req: Request, res: Response): void {
  const body = Buffer.from(JSON.stringify(dialectOf(req).errorBody(error)));
  res.status(error.status).setHeader('content-type', 'application/json').setHeader('content-length', body.length);
  if (error.status === 503) res.setHeader('retry-after', RETRY_AFTER_S);
  if (req.complete) return void res.end(body);
  res.setHeader('connection', 'close');
  res.write(body);
  const end = () => void res.end();
  const lingering = setTimeout(end, LINGER_MS);
  res.once('close', () => clearTimeout(lingering));
  req.once('end', end).resume();
}
