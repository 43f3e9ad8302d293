// The end of an exchange, once: its completion becomes durable, and only then is the end released to the client.
import type { Log } from '@weir/infra/log';
import type { Completion } from '@weir/ledger/completion';
import type { GatewayMetrics } from '../../metrics.ts';
import type { Outbox } from '../../outbox/outbox.ts';
import type { Delivered } from '../client/client.ts';
import type { Exchange } from '../exchange.ts';
import { completionOf } from './completion.ts';
import { metadataOf } from './metadata.ts';
import { type Reply, replyTo } from './reply.ts';

export interface SettleParts {
  readonly outbox: Pick<Outbox, 'close'>;
  readonly log: Log;
  readonly metrics: GatewayMetrics;
}

export function createSettle({ outbox, log, metrics }: SettleParts) {
  return async function settle(exchange: Exchange): Promise<void> {
    const compose = () => completionOf(exchange, toldBy(replyTo(exchange), exchange.outlet.delivered));
    exchange.timings.clientDone();
    const completion = await outbox.close(compose, exchange.parts.opening);
    exchange.settled = true;
    metrics.settled(completion);
    logSettled(exchange, completion, log);
    const { failure } = exchange.attempt.meter;
    if (failure !== undefined) sayReaderFailed(completion, failure);
    try {
      replyTo(exchange).release(exchange.parts.trailing ? metadataOf(completion) : null);
    } catch (error) {
      sayResponseFailed(completion, error);
      exchange.outlet.destroy();
    }
  };

  function sayReaderFailed({ id, endpoint }: Completion, error: unknown): void {
    metrics.readerFailed();
    log.error({ request_id: id, endpoint, ...placeOf(error) }, 'reader.failed');
  }

  /** Its row is true all the same: it was durable before. */
  function sayResponseFailed({ id }: Completion, error: unknown): void {
    metrics.responseFailed();
    log.error({ request_id: id, error }, 'response.failed');
  }
}

function logSettled({ attempt: { meter }, ending }: Exchange, completion: Completion, log: Log): void {
  const request_id = completion.id;
  log.info(summaryOf(completion), 'completion.settled');
  if (meter.unreadable > 0) log.debug({ request_id, frames: meter.unreadable }, 'frames.unreadable');
  if (completion.reason === 'internal') log.error({ request_id, error: ending.failure }, 'exchange.failed');
}

/** Where it was thrown, without its message: that may quote what the frame said. */
function placeOf(error: unknown): { error_name: string; stack: string } {
  if (!(error instanceof Error)) return { error_name: typeof error, stack: '' };
  const { name, message, stack = '' } = error;
  return { error_name: name, stack: stack.replace(message, '') };
}

function toldBy(reply: Reply, { frames, bytes }: Delivered) {
  return { httpStatus: reply.status, framesDelivered: frames + reply.frames, bytesDelivered: bytes + reply.bytes };
}

function summaryOf(completion: Completion): object {
  return {
    request_id: completion.id,
    endpoint: completion.endpoint,
    upstream: completion.upstream,
    status: completion.status,
    reason: completion.reason,
    http_status: completion.httpStatus,
    upstream_status: completion.upstreamStatus,
    duration_ms: completion.durationMs,
    frames: completion.frames,
    drained: completion.drained,
  };
}
