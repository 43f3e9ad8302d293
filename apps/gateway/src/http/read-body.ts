// A request's body, whole, unpacked and scanned, or the refusal of one that is too large, too slow, or no good whatever
// follows: as soon as it is known. What comes after that is left unread.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { waitAtMost } from '@weir/infra/time';
import type { RequestHandler } from 'express';
import { Blocks } from '../body/blocks.ts';
import type { Bodies, BodyLease } from '../body/bodies.ts';
import {
  contentEncodingOf,
  type Decoders,
  decodersOf,
  UnpacksTooFar,
  unpack,
  unpackingStages,
} from '../body/content-encoding.ts';
import type { Place } from '../body/unpackers.ts';
import { BodyScan, type RequestBody } from '../dialects/request-body.ts';
import { WeirError } from '../errors.ts';
import type { InFlight } from '../exchange/in-flight.ts';
import { inviteBody } from './expect-continue.ts';

// Who sends less than this in BODY_TIMEOUT_MS is not waited for.
const PROGRESS_BYTES = 1024;

export interface ReadBodyOptions {
  readonly bodies: Bodies;
  readonly maxBodyBytes: number;
  readonly bodyTimeoutMs: number;
  /** Aborted when nothing new begins any more. */
  readonly closed: AbortSignal;
  /** A stop waits for every answer that is not over, and for no body that is still coming: until it is told 503. */
  readonly inFlight: Pick<InFlight, 'answering'>;
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
    // A pipelined request has no socket before its turn: that its client leaves or stalls could not be told.
    if (res.socket === null) throw new WeirError('invalid_request', { detail: 'Requests must not be pipelined.' });
    if (Number(req.headers['content-length'] ?? 0) > options.maxBodyBytes) throw tooLarge(options);
    const decoders = decodersOf(contentEncodingOf(req.headers));
    if (decoders === null) throw new WeirError('unsupported_encoding');
    const lease = options.bodies.enter();
    res.once('close', lease.release);
    inviteBody(req, res);
    const rules = { ...options, lease };
    const body = decoders.length === 0 ? await readPlain(req, res, rules) : await readPacked(req, res, rules, decoders);
    req.body = { body, lease } satisfies ReceivedBody;
    next();
  };
}

type Rules = ReadBodyOptions & { readonly lease: BodyLease };

async function readPlain(req: IncomingMessage, res: ServerResponse, rules: Rules): Promise<RequestBody> {
  const scanned = new ScannedBody(rules);
  await receive(req, res, { ...rules, take: (chunk) => scanned.take(chunk) });
  return scanned.end();
}

/** It is unpacked when it has come whole: whoever is slow keeps no decoder waiting. */
async function readPacked(req: IncomingMessage, res: ServerResponse, rules: Rules, decoders: Decoders) {
  const packed = new Blocks();
  const keep = (chunk: Buffer) => {
    if (packed.length + chunk.length > rules.maxBodyBytes) return tooLarge(rules);
    if (!rules.lease.grow(chunk.length)) return new WeirError('too_many_bodies');
    packed.add(chunk);
    return null;
  };
  await receive(req, res, { ...rules, take: keep });
  const place = rules.bodies.unpackers.enter(packed.length);
  try {
    await untilEntered(place, res, rules);
    const source = Readable.from(handedOver(packed, rules.lease));
    return await unpackAll(unpack(source, unpackingStages(decoders, rules.maxBodyBytes)), res, rules);
  } catch (cause) {
    rules.lease.release(); // its caller may yet take a second to be told
    throw unpackingFailed(cause);
  } finally {
    place.leave();
  }
}

async function untilEntered(place: Place, res: ServerResponse, { closed, bodyTimeoutMs }: Rules): Promise<void> {
  res.once('close', place.leave);
  closed.addEventListener('abort', place.leave);
  try {
    if (!(await waitAtMost(bodyTimeoutMs, place.entered))) throw new WeirError('too_many_bodies');
    if (!(await place.entered)) throw new WeirError('gateway_shutdown'); // or its caller is gone, and nobody is told
  } finally {
    res.off('close', place.leave);
    closed.removeEventListener('abort', place.leave);
  }
}

/** Block by block: what the decoder was given counts no more, and what comes out of it does. */
function* handedOver(packed: Blocks, lease: BodyLease): Generator<Buffer> {
  for (const block of packed.drain()) {
    yield block;
    lease.shrink(block.length);
  }
}

async function unpackAll(unpacked: Readable, res: ServerResponse, rules: Rules): Promise<RequestBody> {
  const scanned = new ScannedBody(rules);
  const { turns } = rules.bodies;
  const stop = () => void unpacked.destroy(); // its caller is gone
  res.once('close', stop);
  try {
    for await (const chunk of unpacked) {
      const refusal = scanned.take(chunk);
      if (refusal !== null) throw refusal;
      if (!turns.spend(chunk.length)) await turns.next();
    }
  } finally {
    res.off('close', stop);
  }
  return scanned.end();
}

/** What has come of a body, unpacked: kept, counted and scanned. */
class ScannedBody {
  readonly #blocks = new Blocks();
  readonly #scan = new BodyScan();
  readonly #rules: Rules;

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  /** Null: as far as it goes, it is fine. */
  take(chunk: Buffer): WeirError | null {
    this.#scan.push(chunk);
    const { problem } = this.#scan;
    const { lease, maxBodyBytes, mustBeJson } = this.#rules;
    if (this.#blocks.length + chunk.length > maxBodyBytes) return tooLarge(this.#rules);
    if (problem !== null && (mustBeJson || problem.code !== 'invalid_body')) return problem;
    if (!lease.grow(chunk.length)) return new WeirError('too_many_bodies');
    this.#blocks.add(chunk);
    return null;
  }

  async end(): Promise<RequestBody> {
    return this.#scan.end(await this.#blocks.join(this.#rules.bodies.turns));
  }
}

type Receiving = Rules & { take(chunk: Buffer): WeirError | null };

/** All of it, as it comes. It leaves nothing of itself behind at the request, which outlives its body by a whole answer. */
function receive(req: IncomingMessage, res: ServerResponse, rules: Receiving): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const { turns } = rules.bodies;
  // A body that waits for its turn here is not late itself.
  const late = () => (req.isPaused() ? timer.refresh() : refuse(new WeirError('body_timeout')));
  const timer = setTimeout(late, rules.bodyTimeoutMs);
  let sinceProgress = 0;
  let isOver = false;

  const take = (chunk: Buffer) => {
    sinceProgress += chunk.length;
    if (sinceProgress >= PROGRESS_BYTES) {
      sinceProgress = 0;
      timer.refresh();
    }
    const refusal = rules.take(chunk);
    if (refusal !== null) refuse(refusal);
    else if (!turns.spend(chunk.length)) giveTurn();
  };
  const giveTurn = () => {
    if (req.isPaused()) return; // it waits already, and is handed what had been read before
    req.pause();
    turns.wait(() => isOver || req.resume());
  };
  const finish = () => {
    leave();
    rules.inFlight.answering(res);
    resolve();
  };
  const fail = (cause?: unknown) => refuse(new WeirError('invalid_body', { cause }));
  const close = () => {
    rules.inFlight.answering(res);
    refuse(new WeirError('gateway_shutdown'));
  };

  function refuse(error: WeirError): void {
    leave();
    rules.lease.release(); // its caller may yet take a second to be told
    req.pause();
    reject(error);
  }

  function leave(): void {
    isOver = true;
    clearTimeout(timer);
    req.off('data', take).off('end', finish).off('error', fail).off('close', fail).on('error', ignore);
    rules.closed.removeEventListener('abort', close);
  }

  req.on('data', take).once('end', finish).once('error', fail).once('close', fail);
  rules.closed.addEventListener('abort', close);
  return promise;
}

const ignore = () => undefined;

const tooLarge = ({ maxBodyBytes }: ReadBodyOptions): WeirError =>
  new WeirError('request_too_large', { detail: `The request body is larger than ${maxBodyBytes} bytes.` });

function unpackingFailed(cause: unknown): WeirError {
  if (cause instanceof WeirError) return cause;
  if (cause instanceof UnpacksTooFar)
    return new WeirError('request_too_large', { detail: `The request body ${cause.message}.`, cause });
  return new WeirError('invalid_body', { detail: 'The request body is not what its content-encoding says.', cause });
}
