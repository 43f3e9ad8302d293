// A request's body, whole, unpacked and scanned, or the refusal of one that is too large, too slow, or no good whatever
// follows: as soon as it is known. What comes after that is left unread.
import type { IncomingMessage } from 'node:http';
import { pipeline, type Readable, type Transform } from 'node:stream';
import type { RequestHandler } from 'express';
import { Blocks } from './blocks.ts';
import type { Bodies, BodyLease } from './bodies.ts';
import { BodyScan, type RequestBody } from './dialects/request-body.ts';
import { WeirError } from './errors.ts';
import { inviteBody } from './expect.ts';
import { packingOf, UnpacksTooFar, unpackingStages } from './packing.ts';

// Who sends less than this in BODY_TIMEOUT_MS is not waited for.
const PROGRESS_BYTES = 1024;

export interface ReadBodyOptions {
  readonly bodies: Bodies;
  readonly maxBodyBytes: number;
  readonly bodyTimeoutMs: number;
  /** Aborted when nothing new begins any more. */
  readonly closed: AbortSignal;
  /** Where it is false, a body may be anything; where it is JSON, its names must be plain all the same. */
  readonly mustBeJson: boolean;
}

/** What a handler finds at `req.body`. */
export interface ReceivedBody {
  readonly body: RequestBody;
  readonly lease: BodyLease;
}

export function readBody(options: ReadBodyOptions): RequestHandler {
  return async function readRequestBody(req, res, next) {
    if (Number(req.headers['content-length'] ?? 0) > options.maxBodyBytes) throw new WeirError('request_too_large');
    const stages = unpackingStages(packingOf(req.headers), options.maxBodyBytes);
    if (stages === null) throw new WeirError('unsupported_encoding');
    const lease = options.bodies.enter();
    res.once('close', lease.release);
    inviteBody(req, res);
    req.body = { body: await read(req, stages, { ...options, lease }), lease } satisfies ReceivedBody;
    next();
  };
}

type Rules = ReadBodyOptions & { readonly lease: BodyLease };

/** It leaves nothing of itself behind at the request, which outlives its body by a whole answer. */
function read(req: IncomingMessage, stages: readonly Transform[], rules: Rules): Promise<RequestBody> {
  const { promise, resolve, reject } = Promise.withResolvers<RequestBody>();
  const [blocks, scan, { turns }] = [new Blocks(), new BodyScan(), rules.bodies];
  const source = stages.length === 0 ? req : unpacking(req, stages);
  // A body that waits for its turn here is not late itself.
  const late = () => (source.isPaused() ? timer.refresh() : refuse(new WeirError('body_timeout')));
  const timer = setTimeout(late, rules.bodyTimeoutMs);
  let sinceProgress = 0;
  let isOver = false;

  const noteProgress = (chunk: Buffer) => {
    sinceProgress += chunk.length;
    if (sinceProgress < PROGRESS_BYTES) return;
    sinceProgress = 0;
    timer.refresh();
  };
  const take = (chunk: Buffer) => {
    scan.push(chunk);
    const refusal = refusalOf(blocks.length + chunk.length, scan.problem, rules);
    if (refusal !== null) return refuse(refusal);
    if (!rules.lease.grow(chunk.length)) return refuse(new WeirError('too_many_bodies'));
    blocks.add(chunk);
    if (!turns.spend(chunk.length)) giveTurn();
  };
  const giveTurn = () => {
    if (source.isPaused()) return; // it waits already, and is handed what had been read before
    source.pause();
    turns.wait(() => isOver || source.resume());
  };
  const finish = () => {
    leave();
    resolve(blocks.join(turns).then((bytes) => scan.end(bytes)));
  };
  const fail = (cause?: unknown) =>
    refuse(new WeirError(cause instanceof UnpacksTooFar ? 'request_too_large' : 'invalid_body', { cause }));
  // What has come whole may still be unpacked when its connection, or its request, closes.
  const lose = () => void (req.complete || fail());
  const close = () => refuse(new WeirError('gateway_shutdown'));

  function refuse(error: WeirError): void {
    leave();
    rules.lease.release(); // its caller may yet take a second to be told
    source.pause();
    req.unpipe();
    for (const stage of stages) stage.destroy();
    reject(error);
  }

  function leave(): void {
    isOver = true;
    clearTimeout(timer);
    source.off('data', take).off('end', finish).off('error', fail).on('error', ignore);
    req.off('data', noteProgress).off('close', lose);
    rules.closed.removeEventListener('abort', close);
  }

  req.on('data', noteProgress).once('close', lose);
  source.on('data', take).once('end', finish).once('error', fail);
  rules.closed.addEventListener('abort', close);
  return promise;
}

const ignore = () => undefined;

function refusalOf(bytes: number, problem: WeirError | null, { maxBodyBytes, mustBeJson }: Rules): WeirError | null {
  if (bytes > maxBodyBytes) return new WeirError('request_too_large');
  return problem !== null && (mustBeJson || problem.code !== 'invalid_body') ? problem : null;
}

/** The request itself is not to be destroyed with them: its caller is still to be answered. */
function unpacking(req: IncomingMessage, stages: readonly Transform[]): Readable {
  const [first, ...rest] = stages as [Transform, ...Transform[]];
  const last = rest.reduce<Readable>((body, stage) => pipeline(body, stage, () => {}), first);
  req.pipe(first);
  return last;
}
