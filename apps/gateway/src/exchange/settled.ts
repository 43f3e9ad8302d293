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
    model: short(reading.model),
    upstreamId: short(reading.upstreamId),
    ...exchange.ending.outcome,
    terminalSeen: reading.terminalSeen,
    finishReason: short(reading.finishReason),
    upstreamStatus: exchange.upstreamStatus,
    ...reading.tokens,
    usageSource: reading.usage === null ? 'none' : exchange.ending.answerComplete ? 'reported' : 'partial',
    usage: storable(reading.usage),
    ...times,
    frames: exchange.frames,
    bytes: exchange.bytes,
    drained: exchange.drained,
    ...told,
  };
}

// A provider may say anything. What it says must not become a record that nobody can keep.
const TEXT_LENGTH = 512;
const USAGE_LENGTH = 65_536;
// A few thousand could still be written here, and read by nobody: the stack of whoever checks it has an end.
const USAGE_DEPTH = 64;

const short = (text: string | null): string | null => text?.slice(0, TEXT_LENGTH) ?? null;

/** Its tokens are counted already: an object that is too large, or nested too deep, can be missed. */
const storable = (usage: Completion['usage']): Completion['usage'] =>
  isWithin(USAGE_DEPTH, usage) && JSON.stringify(usage).length <= USAGE_LENGTH ? usage : null;

function isWithin(depth: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((one) => isWithin(depth - 1, one));
}
