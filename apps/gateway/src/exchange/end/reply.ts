// What the client gets at the end of its exchange, by how far it had come: the held end of its stream, the whole answer,
// an error in its API's own shape, or nothing any more.

import { WeirError } from '../../errors.ts';
import type { BufferedAnswer } from '../attempt/attempt.ts';
import type { Outlet } from '../client/outlet.ts';
import type { Exchange } from '../exchange.ts';
import { type Metadata, metadataHeaders } from './metadata.ts';

export interface Reply {
  /** What the client is told, was told, or would have been. */
  readonly status: number;
  /** The provider's frames and bytes that the release hands over. */
  readonly frames: number;
  readonly bytes: number;
  release(metadata: Metadata | null): void;
}

// nginx's word for a client that left before it was told anything.
const CLIENT_CLOSED_REQUEST = 499;

export function replyTo(exchange: Exchange): Reply {
  const { outlet } = exchange;
  const { bufferedAnswer } = exchange.attempt;
  if (outlet.gone) return nothing(outlet.sentStatus ?? CLIENT_CLOSED_REQUEST);
  if (outlet.sentStatus !== null) return endOfStream(exchange, outlet.sentStatus);
  return bufferedAnswer === null ? errorAnswer(exchange) : wholeAnswer(bufferedAnswer, outlet);
}

const nothing = (status: number): Reply => ({ status, frames: 0, bytes: 0, release: () => {} });

/** A stream that broke is told so in band, then it ends: never a made-up finish, never a made-up terminal frame. */
function endOfStream({ attempt, ending, outlet, parts }: Exchange, status: number): Reply {
  const { framing, holdback } = attempt;
  const takesComments = !attempt.meter.isWhole && !attempt.isUnreadable;
  const frames = outlet.delivered.frames + holdback.held.frames;
  if (ending.failure !== null && framing.isMute) return { ...nothing(status), release: () => outlet.destroy() };
  const broken = ending.failure === null ? null : parts.call.dialect.errorFrame(ending.failure, { framing, frames });
  return {
    status,
    ...holdback.held,
    release: (metadata) => outlet.end(holdback.release(takesComments ? metadata : null, broken)),
  };
}

function wholeAnswer({ status, headers, body }: BufferedAnswer, outlet: Outlet): Reply {
  return {
    status,
    frames: 1,
    bytes: body.length,
    release: (metadata) => sayAll(outlet, { status, headers, body, metadata }),
  };
}

function errorAnswer({ ending, outlet, parts }: Exchange): Reply {
  const failure = ending.failure ?? new WeirError('internal');
  const { status } = failure;
  const body = Buffer.from(JSON.stringify(parts.call.dialect.errorBody(failure)));
  const headers = { 'content-type': 'application/json' };
  return {
    status,
    frames: 0,
    bytes: 0,
    release: (metadata) => sayAll(outlet, { status, headers, body, metadata }),
  };
}

function sayAll(
  outlet: Outlet,
  { status, headers, body, metadata }: BufferedAnswer & { metadata: Metadata | null },
): void {
  const more = metadata === null ? {} : metadataHeaders(metadata);
  const length = status === 204 ? {} : { 'content-length': String(body.length) }; // there, HTTP wants none
  outlet.begin(status, { ...headers, ...more, ...length }, null);
  outlet.end(body);
}
