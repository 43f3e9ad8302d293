// The one place where an error becomes an HTTP answer, in the shape that the caller's API has for it.
import type { ErrorRequestHandler, Request, Response } from 'express';
import { dialectOf } from '../dialects/endpoints.ts';
import { type ErrorCode, reasonOf, WeirError } from '../errors.ts';
import type { Gateway } from '../exchange/services.ts';
import { endAnswer } from './end-answer.ts';

const RETRY_AFTER_S = 1;

export function answerErrors({ metrics, log }: Gateway): ErrorRequestHandler {
  return (cause, req, res, _next) => {
    if (res.destroyed) return; // nobody is left to be told
    const error = cause instanceof WeirError ? cause : new WeirError('internal', { cause });
    if (isUpstreams(error.code)) metrics.callFailed(error.code);
    else metrics.refused(error.code);
    if (error.code === 'internal') log.error({ error: cause }, 'request.failed');
    if (res.headersSent) return void res.destroy();
    answer(error, req, res);
  };
}

/** What is metered does not fail here: it was a call that is passed through. */
const isUpstreams = (code: ErrorCode): boolean =>
  reasonOf(code) !== null && code !== 'internal' && code !== 'gateway_shutdown';

function answer(error: WeirError, req: Request, res: Response): void {
  const body = Buffer.from(JSON.stringify(dialectOf(req).errorBody(error)));
  res.status(error.status).setHeader('content-type', 'application/json');
  if (error.status === 503) res.setHeader('retry-after', RETRY_AFTER_S);
  endAnswer(req, res, body);
}
