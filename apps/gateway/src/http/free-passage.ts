// A call that costs nothing, as a list of models or a count of tokens: asked of the upstream that its model belongs to, or
// of the one for calls without a model, and handed on as it comes.
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { presentedBy } from '../admission/presented.ts';
import { dialectOf } from '../dialects/endpoints.ts';
import { pathAfterVersion } from '../dialects/paths.ts';
import type { RequestBody } from '../dialects/request-body.ts';
import { WeirError } from '../errors.ts';
import { headersFor, pathFor } from '../exchange/attempt/outgoing-headers.ts';
import { untilSure } from '../exchange/client/half-closed.ts';
import type { Gateway } from '../exchange/services.ts';
import type { Directory } from '../routing/directory.ts';
import { type Answer, send } from '../upstream/send.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { ReceivedBody } from './read-body.ts';

export function createFreePassage({ current, log, closed, options }: Gateway) {
  return async function passFree(req: Request, res: Response): Promise<void> {
    if (closed.aborted) throw new WeirError('gateway_shutdown');
    const { body, lease } = req.body as ReceivedBody;
    const { directory, admission } = current();
    const upstream = upstreamFor(req, body, directory);
    const dialect = dialectOf(req);
    const { apiKey } = upstream ?? directory.mostLenient;
    admission.admit(presentedBy(req.headers, req.originalUrl, dialect), { apiKey, dialect });
    if (upstream === undefined) throw new WeirError('model_not_found');
    await untilSure(res);
    if (res.destroyed) return;
    const leaving = new AbortController();
    res.on('close', () => leaving.abort());
    const answer = await send(upstream, {
      method: req.method,
      path: pathFor(pathAfterVersion(req.originalUrl), dialect, { upstream, admission }),
      headers: headersFor(req.headers, dialect, { upstream, admission }),
      body: req.method === 'POST' && body.bytes.length > 0 ? body.bytes : null, // a GET that brings one asks for something else
      signal: leaving.signal,
    });
    lease.release();
    log.debug({ method: req.method, upstream: upstream.name, upstream_status: answer.status }, 'passthrough.sent');
    // The socket is silent while upstream is, too: only a client that is waited for can stall.
    res.setTimeout(options.clientStallMs, () => res.writableNeedDrain && res.destroy());
    await handOn(answer, res);
  };
}

/** The model stands in the body or, as in Google's calls and in a model's own page, in the path. */
function upstreamFor(req: Request, body: RequestBody, directory: Directory): Upstream | undefined {
  const named = /\/models\/([^/:?]+)/.exec(req.originalUrl)?.[1];
  const model = modelIn(body) ?? named;
  return model === undefined ? directory.upstreamOfNone : directory.upstreamFor(model);
}

function modelIn(body: RequestBody): string | undefined {
  const model = body.value('model');
  return typeof model === 'string' && model !== '' ? model : undefined;
}

async function handOn({ status, headers, body }: Answer, res: Response): Promise<void> {
  res.writeHead(status, headers);
  // What breaks from here on shows to the client as a connection that breaks: headers are out.
  await pipeline(Readable.from(body, { objectMode: false }), res).catch(() => res.destroy());
}
