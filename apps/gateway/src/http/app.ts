// Express: the endpoints, health, and what every answer has in common.
import { randomUUIDv7 } from 'node:crypto';
import express, { type Express, type Request, type RequestHandler } from 'express';
import { presentedBy } from '../admission/presented.ts';
import type { Endpoint } from '../dialects/endpoint.ts';
import { dialectOf, ENDPOINTS } from '../dialects/endpoints.ts';
import { API_PATHS } from '../dialects/paths.ts';
import { isOddlySpelt } from '../dialects/spelling.ts';
import { WeirError } from '../errors.ts';
import type { Gateway } from '../exchange/services.ts';
import type { Rules } from '../rules.ts';
import { endAnswer } from './end-answer.ts';
import { answerErrors } from './error-handler.ts';
import { refuseOdd } from './odd-requests.ts';
import { allowOrigins } from './pages/allow-origins.ts';
import { refusingPages } from './pages/refuse-pages.ts';
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
  if (gateway.options.corsOrigins.length > 0) app.use(allowOrigins(gateway.options.corsOrigins));
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
  const admit = admitBeforeBody(gateway);
  const entrance = [admit({ json: false }), refuseMisspelt];
  const { bodies, closed, inFlight, options } = gateway;
  const body = (mustBeJson: boolean) => readBody({ bodies, closed, inFlight, ...options, mustBeJson });
  for (const endpoint of ENDPOINTS) {
    const mustBeJson = endpoint.method === 'POST' && !endpoint.takesForms;
    const form = endpoint.takesForms ? [receiveUpload(gateway, { formNamesModel: !endpoint.namesModel })] : [];
    const handlers = [admit({ json: mustBeJson }), refuseMisspelt, ...form, body(mustBeJson)];
    addEndpoint(app, endpoint, [...handlers, createRoute(gateway, endpoint)]);
  }
  app.use(API_PATHS, entrance);
  for (const { path, method, query } of ENDPOINTS) if (query === undefined) app.all(path, refuseMethod(method));
  const recordedForms = { isTaken: isRecorded(gateway), formNamesModel: true };
  app.use(API_PATHS, refuseUnlessItPasses(gateway), receiveUpload(gateway, recordedForms));
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

/**
 * Nobody's body is read whose key counts nowhere; where it does count is known when the body has named its model. Without
 * keys, no page's is.
 */
function admitBeforeBody({ current, options }: Gateway) {
  const refusePages = refusingPages(options);
  return (wants: { readonly json: boolean }): RequestHandler =>
    (req, _res, next) => {
      const rules = current();
      if (rules.admission.demandsKeys) requireKey(req, rules);
      else refusePages(req, wants);
      next();
    };
}

function requireKey(req: Request, { admission, directory }: Rules): void {
  const dialect = dialectOf(req);
  const presented = presentedBy(req.headers, req.originalUrl, dialect);
  admission.admit(presented, { apiKey: directory.mostLenient.apiKey, dialect });
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
