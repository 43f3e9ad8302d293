// A call that is not metered, as a list of models or a count of tokens: asked of the upstream that its model belongs to,
// or else of the first, and handed on as it comes.
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, RequestHandler, Response } from 'express';
import { isObject, parseJson, textIn } from '../dialects/json.ts';
import { dialectOf } from '../endpoints.ts';
import { WeirError } from '../errors.ts';
import { type Answer, askUpstream } from '../upstream/answer.ts';
import type { Directory } from '../upstream/directory.ts';
import { upstreamHeaders } from '../upstream/headers.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { callerCredential } from './admit.ts';
import type { Gateway } from './gateway.ts';
import { credentialsFor, pathFor } from './open.ts';
import { pathAfterVersion } from './parse.ts';

export function createPassThrough({ directory, admission, log, closed, options }: Gateway): RequestHandler {
  return async function passThrough(req: Request, res: Response) {
    if (closed.aborted) throw new WeirError('gateway_shutdown');
    const body: Buffer | null = Buffer.isBuffer(req.body) && req.body.length > 0 ? req.body : null;
    const upstream = upstreamFor(req.originalUrl, body, directory);
    const dialect = dialectOf(req);
    const credential = callerCredential(req.headers, req.originalUrl, dialect);
    admission.admit(credential, upstream ?? directory.strictest);
    if (upstream === undefined) throw new WeirError('model_not_found');
    const leaving = new AbortController();
    res.on('close', () => leaving.abort());
    const answer = await askUpstream(upstream, {
      method: req.method,
      path: pathFor(pathAfterVersion(req.originalUrl), dialect, { upstream, admission }),
      headers: upstreamHeaders(req.headers, credentialsFor(dialect, req.headers, { upstream, admission })),
      body,
      signal: leaving.signal,
    });
    log.debug({ method: req.method, upstream: upstream.name, upstream_status: answer.status }, 'call.unmetered');
    // The socket is silent while upstream is, too: only a client that is waited for can stall.
    res.setTimeout(options.clientStallMs, () => res.writableNeedDrain && res.destroy());
    await handOn(answer, res);
  };
}

/** The model stands in the body, or, as in Google's calls and in a model's own page, in the path. */
function upstreamFor(url: string, body: Buffer | null, directory: Directory): Upstream | undefined {
  const request = body === null ? undefined : parseJson(body.toString('utf8'));
  const named = /\/models\/([^/:?]+)/.exec(url)?.[1] ?? null;
  const model = (isObject(request) ? textIn(request, 'model') : null) ?? named;
  return model === null ? directory.upstreams[0] : directory.upstreamFor(model);
}

async function handOn({ status, headers, body }: Answer, res: Response): Promise<void> {
  res.writeHead(status, headers);
  // What breaks from here on shows to the client as a connection that breaks: headers are out.
  await pipeline(Readable.from(body, { objectMode: false }), res).catch(() => res.destroy());
}
