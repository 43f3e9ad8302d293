// A request's body, whole, unpacked and scanned, or the refusal of one that is too large, too slow, or no good whatever
// follows: as soon as it is known. What comes after that is left unread.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { waitAtMost } from '@weir/infra/time';
import type { RequestHandler } from 'express';
import { Blocks } from '../body/blocks.ts';
import type { BodyLease } from '../body/bodies.ts';
import {
  contentEncodingOf,
  type Decoders,
  decodersOf,
  UnpacksTooFar,
  unpack,
  unpackingStages,
} from '../body/content-encoding.ts';
import { ScannedBody, type ScanRules, tooLarge } from '../body/scanned-body.ts';
import type { Place } from '../body/unpackers.ts';
import type { RequestBody } from '../dialects/request-body.ts';
import { WeirError } from '../errors.ts';
import type { Upload } from '../upload/upload.ts';
import { inviteBody } from './expect-continue.ts';
import { type ReceiveRules, receiveBody } from './receive-body.ts';

export type ReadBodyOptions = Omit<ScanRules & ReceiveRules, 'lease' | 'take'>;

/** What a handler finds at `req.body`. */
export interface ReceivedBody {
  readonly body: RequestBody;
  readonly lease: BodyLease;
  /** A form that streams on; then the body is empty. */
  readonly upload?: { readonly upload: Upload; readonly length: string | undefined };
}

/** A pipelined request has no socket before its turn: that its client leaves or stalls could not be told. */
export function refusePipelined(res: ServerResponse): void {
  if (res.socket === null) throw new WeirError('invalid_request', { detail: 'Requests must not be pipelined.' });
}

export function readBody(options: ReadBodyOptions): RequestHandler {
  return async function readRequestBody(req, res, next) {
    if (req.body !== undefined) return next(); // it streams
    refusePipelined(res);
    if (Number(req.headers['content-length'] ?? 0) > options.maxBodyBytes) throw tooLarge(options.maxBodyBytes);
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
  await receiveBody(req, res, { ...rules, take: (chunk) => scanned.take(chunk) });
  return scanned.end();
}

/** It is unpacked when it has come whole: whoever is slow keeps no decoder waiting. */
async function readPacked(req: IncomingMessage, res: ServerResponse, rules: Rules, decoders: Decoders) {
  const packed = new Blocks();
  const keep = (chunk: Buffer) => {
    if (packed.length + chunk.length > rules.maxBodyBytes) return tooLarge(rules.maxBodyBytes);
    if (!rules.lease.grow(chunk.length)) return new WeirError('too_many_bodies');
    packed.add(chunk);
    return null;
  };
  await receiveBody(req, res, { ...rules, take: keep });
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

function unpackingFailed(cause: unknown): WeirError {
  if (cause instanceof WeirError) return cause;
  if (cause instanceof UnpacksTooFar)
    return new WeirError('request_too_large', { detail: `The request body ${cause.message}.`, cause });
  return new WeirError('invalid_body', { detail: 'The request body is not what its content-encoding says.', cause });
}
