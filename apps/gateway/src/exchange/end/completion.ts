// An exchange that is over → the completion that the ledger will keep of it.
import type { Completion } from '@weir/ledger/completion';
import { isUsageKnown, type Reading } from '../../dialects/dialect.ts';
import { asksForStream } from '../../dialects/form-fields.ts';
import { isWithin } from '../../dialects/json.ts';
import { UNNAMED } from '../../dialects/request.ts';
import type { Exchange } from '../exchange.ts';
import type { AcceptedRequest } from '../request/accepted-request.ts';
import { tagsOf } from '../request/opening.ts';

export interface Told {
  /** What the client was sent, or will be once this is durable. */
  readonly httpStatus: number;
  readonly framesDelivered: number;
  readonly bytesDelivered: number;
}

export function completionOf(exchange: Exchange, told: Told): Completion {
  const reading = exchange.attempt.reading();
  const { finishedTick, ...times } = exchange.timings.read();
  return {
    ...exchange.parts.opening,
    ...saidLate(exchange),
    ...(reading.background && billedAfterAll(exchange)),
    finishedAt: finishedAt(exchange.parts.call, finishedTick),
    model: short(reading.model),
    upstreamId: short(reading.upstreamId),
    ...exchange.ending.outcome,
    terminalSeen: reading.terminalSeen,
    finishReason: short(reading.finishReason),
    upstreamStatus: exchange.attempt.upstreamStatus,
    ...reading.tokens,
    usageSource: usageSourceOf(reading, exchange.ending.answerComplete),
    usage: storable(reading.usage),
    units: reading.units ?? null,
    serviceTier: short(reading.serviceTier ?? null),
    priceOverride: priceOverrideOf(exchange, reading),
    billedOnce: billedOnceOf(reading),
    unpriced: reading.disbelief === null ? null : 'usage',
    ...times,
    frames: exchange.attempt.frames,
    bytes: exchange.attempt.bytes,
    drained: exchange.drained,
    ...told,
  };
}

/** A form may say what it wants when its opening is long durable. */
function saidLate({ parts: { form, opening } }: Exchange): Pick<Completion, 'modelRequested' | 'streamed'> {
  const { modelRequested, streamed } = opening;
  const model = modelRequested === UNNAMED ? form?.model : undefined;
  return {
    modelRequested: short(model || modelRequested) ?? modelRequested,
    streamed: streamed || (form !== undefined && asksForStream(form)),
  };
}

/** Where the caller named no model, or named it late, the operator's price is that of the model that answered. */
function priceOverrideOf({ parts }: Exchange, { model }: Reading): Completion['priceOverride'] {
  const named = model ?? parts.form?.model;
  return parts.call.ask.namesNoModel && named ? parts.priceFor(named) : parts.opening.priceOverride;
}

/** What a caller asks from where it likes is no replay of what it paid for: which reading has the cost, the ledger knows. */
const billedAfterAll = ({ parts: { call } }: Exchange): Pick<Completion, 'billed' | 'tags'> => ({
  billed: true,
  tags: tagsOf(call),
});

function billedOnceOf({ background, usage, disbelief, upstreamId }: Reading): string | null {
  return background === true && usage !== null && disbelief === null ? short(upstreamId) : null;
}

function usageSourceOf(reading: Reading, answerComplete: boolean): Completion['usageSource'] {
  if (!isUsageKnown(reading)) return 'none';
  return answerComplete && reading.disbelief === null ? 'reported' : 'partial';
}

/** Counted from the start: a clock that was set back meanwhile would put the end before it. */
const finishedAt = ({ startedAt, startedTick }: AcceptedRequest, finishedTick: number): string =>
  new Date(startedAt.getTime() + Math.round(finishedTick - startedTick)).toISOString();

// A provider may say anything. What it says must not become a record that nobody can keep.
const TEXT_LENGTH = 512;
const USAGE_LENGTH = 65_536;

const short = (text: string | null): string | null => text?.slice(0, TEXT_LENGTH) ?? null;

/** Its tokens are counted already: an object that is too large, or nested too deep, can be missed. */
function storable(usage: Completion['usage']): Completion['usage'] {
  if (!isWithin(Number.POSITIVE_INFINITY, usage)) return null;
  let isSayable = true;
  const json = JSON.stringify(usage, (_key, value) => {
    if (typeof value !== 'number' || Number.isFinite(value)) return value;
    isSayable = false;
    return String(value); // `1e400` is read as Infinity, which JSON would say as null: as if it had not been said
  });
  if (json.length > USAGE_LENGTH) return null;
  return isSayable ? usage : JSON.parse(json);
}
