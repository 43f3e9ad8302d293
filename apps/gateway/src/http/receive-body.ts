// A request's body as it comes, piece by piece, until it is all here, or is refused: it is too slow, its sender is gone, the
// gateway stops, or whoever takes the pieces will have no more.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate as afterReads } from 'node:timers/promises';
import type { Bodies, BodyLease } from '../body/bodies.ts';
import { WeirError } from '../errors.ts';
import type { InFlight } from '../exchange/in-flight.ts';

// Who sends less than this in BODY_TIMEOUT_MS is not waited for.
const PROGRESS_BYTES = 1024;

export interface ReceiveRules {
  readonly bodies: Bodies;
  readonly lease: BodyLease;
  readonly bodyTimeoutMs: number;
  /** Aborted when nothing new begins any more. */
  readonly closed: AbortSignal;
  /** A stop waits for every answer that is not over, and for no body that is still coming: until it is told 503. */
  readonly inFlight: Pick<InFlight, 'answering'>;
  /** Takes the next piece; what is not null refuses the rest. */
  take(chunk: Buffer): WeirError | null;
}

/** Most bodies come in one read with their head: when that is done, nothing is to be waited for, or timed. */
export async function receiveBody(req: IncomingMessage, res: ServerResponse, rules: ReceiveRules): Promise<void> {
  req.on('error', ignore); // whoever waits for the body, or for its answer, sees it close
  await afterReads();
  if (!req.complete) return receivePieces(req, res, rules);
  const whole: Buffer | null = req.read();
  const refusal = whole === null ? null : rules.take(whole);
  rules.bodies.turns.spend(whole?.length ?? 0);
  if (refusal === null) return rules.inFlight.answering(res);
  rules.lease.release(); // its caller may yet take a second to be told
  throw refusal;
}

/** It leaves nothing of itself behind at the request, which outlives its body by a whole answer. */
function receivePieces(req: IncomingMessage, res: ServerResponse, rules: ReceiveRules): Promise<void> {
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
  const fail = () => refuse(new WeirError('invalid_body'));
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
    req.off('data', take).off('end', finish).off('close', fail);
    rules.closed.removeEventListener('abort', close);
  }

  req.on('data', take).once('end', finish).once('close', fail);
  rules.closed.addEventListener('abort', close);
  if (req.destroyed) fail();
  else if (rules.closed.aborted) close();
  return promise;
}

const ignore = () => undefined;
