// An exchange that is over → the completion that the ledger will keep of it.
import type { Completion } from '@weir/ledger/completion';
import type { Exchange } from './exchange.ts';

export interface Told {
  /** What the client was sent, or will be once this is durable. */
  readonly httpStatus: number;
  readonly framesDelivered: number;
  readonly bytesDelivered: number;
}

export function settledCompletion(exchange: Exchange, told: Told): Completion {
  const reading = exchange.meter.reading();
  const { finishedAt, ...times } = exchange.stopwatch.read();
  return {
    ...exchange.parts.opening,
    finishedAt: finishedAt.toISOString(),
    model: reading.model,
    upstreamId: reading.upstreamId,
    ...exchange.ending.outcome,
    terminalSeen: reading.terminalSeen,
    finishReason: reading.finishReason,
    upstreamStatus: exchange.upstreamStatus,
    ...reading.tokens,
    usageSource: reading.usage === null ? 'none' : exchange.ending.answerComplete ? 'reported' : 'partial',
    usage: reading.usage,
    ...times,
    frames: exchange.frames,
    bytes: exchange.bytes,
    drained: exchange.drained,
    ...told,
  };
}
