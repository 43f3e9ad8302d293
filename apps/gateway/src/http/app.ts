// Express: the endpoints, health, and what every answer has in common.
import { randomUUIDv7 } from 'node:crypto';
import express, { type Express, type RequestHandler } from 'express';
import { callerCredential } from '../admission/admission.ts';
import type { Endpoint } from '../dialects/endpoint.ts';
import { dialectOf, ENDPOINTS } from '../dialects/endpoints.ts';
import { API_PATHS } from '../dialects/paths.ts';
import { isOddlySpelt } from '../dialects/spelling.ts';
import { WeirError } from '../errors.ts';
import type { Gateway } from '../exchange/services.ts';
import { endAnswer } from './end-answer.ts';
import { answerErrors } from './error-handler.ts';
import { refuseOdd } from './odd-requests.ts';
import { createPassThrough, isRecorded, refuseUnlessItPasses } from './pass-through.ts';
import { readBody } from './read-body.ts';
import { receiveUpload } from './receive-upload.ts';
import { createRoute } from './route.ts';

export function createApp(gateway: Gateway): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.use(beginRequest(gateway));
  addApi(app, gateway); // what is asked most is looked for first
  app.get('/healthz', (req, res) => endAnswer(req, res.type('text'), Buffer.from('ok\n')));
  app.get('/readyz', sayReadiness(gateway));
  app.use(() => {
    throw new WeirError('not_found');
  });
  app.use(answerErrors(gateway));
  return app;
}

function addApi(app: Express, gateway: Gateway): void {
  const entrance = [requireKeyBeforeBody(gateway), refuseMisspelt];
  const { bodies, closed, inFlight, options } = gateway;
  const body = (mustBeJson: boolean) => readBody({ bodies, closed, inFlight, ...options, mustBeJson });
  for (const endpoint of ENDPOINTS) {
    const mustBeJson = endpoint.method === 'POST' && !endpoint.takesForms;
    const form = endpoint.takesForms ? [receiveUpload(gateway)] : [];
    addEndpoint(app, endpoint, [...entrance, ...form, body(mustBeJson), createRoute(gateway, endpoint)]);
  }
  app.use(API_PATHS, entrance);
  for (const { path, method, query } of ENDPOINTS) if (query === undefined) app.all(path, refuseMethod(method));
  app.use(API_PATHS, refuseUnlessItPasses(gateway), receiveUpload(gateway, isRecorded(gateway)));
  app.use(API_PATHS, body(false), createPassThrough(gateway));
}

function addEndpoint(app: Express, { method, path, query }: Endpoint, handlers: RequestHandler[]): void {
  const unlessOther: RequestHandler = (req, _res, next) =>
    next(req.method !== method || query?.test(req.url) === false ? 'route' : undefined);
  if (method === 'POST') app.post(path, unlessOther, handlers);
  else app.get(path, unlessOther, handlers);
}

function beginRequest({ stopping }: Gateway): RequestHandler {
  return (req, res, next) => {
    res.setHeader('x-weir-request-id', randomUUIDv7());
    res.setHeader('x-accel-buffering', 'no');
    if (stopping.aborted) res.setHeader('connection', 'close');
    refuseOdd(req, res);
    next();
  };
}

function sayReadiness({ stopping }: Gateway): RequestHandler {
  return (req, res) => {
    res.status(stopping.aborted ? 503 : 200).type('text');
    endAnswer(req, res, Buffer.from(stopping.aborted ? 'draining\n' : 'ready\n'));
  };
}

/** Where the gateway pays for everything, nobody's body is read before its key is. */
function requireKeyBeforeBody({ admission, directory }: Gateway): RequestHandler {
  return (req, _res, next) => {
    if (directory.paysForAll)
      admission.admit(callerCredential(req.headers, req.originalUrl, dialectOf(req)), directory.strictest);
    next();
  };
}

const refuseMisspelt: RequestHandler = (req, _res, next) => {
  if (isOddlySpelt(req.originalUrl)) throw new WeirError('not_found');
  next();
};

function refuseMethod(allowed: string): RequestHandler {
  return (_req, res) => {
    res.setHeader('allow', allowed);
    throw new WeirError('method_not_allowed', { detail: `This endpoint takes ${allowed} only.` });
  };
}
