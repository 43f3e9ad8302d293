// What the client gets at the end of its exchange, by how far it had come: the held end of its stream, the whole answer,
// an error in its API's own shape, or nothing any more.

import { WeirError } from '../errors.ts';
import type { Client } from './deliver.ts';
import type { Exchange, WholeAnswer } from './exchange.ts';
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

export function replyTo(exchange: Exchange, client: Client): Reply {
  if (client.gone) return nothing(client.begunStatus ?? CLIENT_CLOSED_REQUEST);
  if (client.begunStatus !== null) return endOfStream(exchange, client, client.begunStatus);
  if (exchange.whole !== null) return wholeAnswer(exchange.whole, client);
  return errorAnswer(exchange, client);
}

const nothing = (status: number): Reply => ({ status, frames: 0, bytes: 0, release: () => {} });

/** A stream that broke is told so in band, then it ends: never a made-up finish, never a made-up terminal frame. */
function endOfStream(exchange: Exchange, client: Client, status: number): Reply {
  const { holdback, parts } = exchange;
  const { failure } = exchange.ending;
  const frames = client.delivered.frames + holdback.held.frames;
  const { framing } = exchange;
  const broken = failure === null ? null : parts.call.dialect.errorFrame(failure, { framing, frames });
  return { status, ...holdback.held, release: (metadata) => client.finish(holdback.release(metadata, broken)) };
}

function wholeAnswer({ status, headers, body }: WholeAnswer, client: Client): Reply {
  return {
    status,
    frames: 1,
    bytes: body.length,
    release(metadata) {
      const more = metadata === null ? {} : metadataHeaders(metadata);
      client.begin(status, { ...headers, ...more, 'content-length': String(body.length) });
      client.finish(body);
    },
  };
}

function errorAnswer(exchange: Exchange, client: Client): Reply {
  const failure = exchange.ending.failure ?? new WeirError('internal');
  const body = Buffer.from(JSON.stringify(exchange.parts.call.dialect.errorBody(failure)));
  return {
    status: failure.status,
    frames: 0,
    bytes: 0,
    release(metadata) {
      const more = metadata === null ? {} : metadataHeaders(metadata);
      const headers = { 'content-type': 'application/json', 'content-length': String(body.length) };
      client.begin(failure.status, { ...headers, ...more });
      client.finish(body);
    },
  };
}
