// The message that travels from the gateway to the ledger: one settled request, as its row will read, before it is
// priced. Versioned, because a gateway and a worker of different releases share one queue.
import { z } from 'zod';
import { unitPricesSchema } from './unit-prices.ts';

export const STATUSES = ['ok', 'aborted', 'error'] as const;

/** Every way to end other than ok, with the status it belongs to. docs/lifecycle.md and schema.prisma say the same. */
export const REASONS = {
  client_disconnected: 'aborted',
  client_stalled: 'aborted',
  drain_timeout: 'aborted',
  drain_refused: 'aborted',
  usage_missing: 'error',
  stream_incomplete: 'error',
  upstream_error: 'error',
  upstream_status: 'error',
  upstream_unreachable: 'error',
  upstream_reset: 'error',
  headers_timeout: 'error',
  idle_timeout: 'error',
  upstream_protocol: 'error',
  upload_broken: 'error',
  gateway_shutdown: 'error',
  gateway_lost: 'error',
  internal: 'error',
} as const satisfies Record<string, Exclude<Status, 'ok'>>;

export type Status = (typeof STATUSES)[number];
export type Reason = keyof typeof REASONS;

// Postgres stores neither U+0000 nor half a surrogate pair: one such character would cost the whole row.
const storable = (text: string) => text.replaceAll('\u0000', '').toWellFormed();
const text = z.string().overwrite(storable);
const optionalText = text.nullable();
/** An entry of a B-tree holds 2,704 bytes: an indexed text that is longer would cost the whole row, too. */
export const INDEXED_LENGTH = 512;
const shortText = text.overwrite((value) => value.slice(0, INDEXED_LENGTH).toWellFormed());
const indexedText = shortText.nullable();
const count = z.int32().min(0);
const tokens = count.default(0);
const milliseconds = count;
const instant = z.iso.datetime();
const jsonObject = z.record(z.string(), z.unknown()).overwrite((object) => storableJson(object) as typeof object);

export const completionSchema = z.strictObject({
  // Version 1 lacks what has a default below. Once it is read, it is version 2.
  version: z.literal([1, 2]).transform((): 2 => 2),
  id: z.uuid(),
  startedAt: instant,
  finishedAt: instant,

  gateway: text,
  endpoint: text,
  dialect: text,
  streamed: z.boolean(),
  upstream: text,
  modelRequested: shortText,
  model: indexedText,
  upstreamId: optionalText,
  callerRequestId: optionalText,

  status: z.enum(STATUSES),
  reason: z.enum(Object.keys(REASONS) as [Reason, ...Reason[]]).nullable(),
  detail: optionalText,
  terminalSeen: z.boolean(),
  finishReason: optionalText,
  httpStatus: z.int(),
  upstreamStatus: z.int().nullable(),

  inputTokens: tokens,
  cachedInputTokens: tokens,
  cacheWriteTokens: tokens,
  outputTokens: tokens,
  reasoningTokens: tokens,
  totalTokens: tokens,
  usageSource: z.enum(['reported', 'partial', 'none']),
  usage: jsonObject.nullable(),
  /** What is counted but is no token, by kind: `{"seconds": 12.4}`, `{"images": 2}`, `{"web_searches": 1}`. */
  units: z.record(text, z.number().min(0)).nullable().default(null),
  /** The tier that the provider served it in, where it says so beside its usage. */
  serviceTier: optionalText.default(null),

  /** Where the provider's prices are looked up; null: by the model's name alone. */
  pricedAs: optionalText,
  /** The operator's own prices for this model, which win over the known ones. */
  priceOverride: unitPricesSchema.nullable(),

  /** False: the same answer was billed before, and costs nothing now. */
  billed: z.boolean().optional(),

  /** The provider's id of a response that may be read more than once: the first row of it has the cost. */
  billedOnce: indexedText.default(null),

  /** Why it has no cost, in a word, where the gateway knows. `usage`: a count of the provider's was not believed. */
  unpriced: optionalText.default(null),

  ttftMs: milliseconds.nullable(),
  headersMs: milliseconds.nullable(),
  durationMs: milliseconds,
  clientMs: milliseconds.nullable(),

  frames: count,
  framesDelivered: count,
  bytes: z.int().min(0),
  bytesDelivered: z.int().min(0),
  drained: z.boolean(),

  key: indexedText,
  user: optionalText,
  chatId: indexedText,
  messageId: optionalText,
  tags: z.record(text, text).nullable(),
});

export type Completion = z.output<typeof completionSchema>;

function storableJson(value: unknown): unknown {
  if (typeof value === 'string') return storable(value);
  if (Array.isArray(value)) return value.map(storableJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [storable(key), storableJson(member)]));
}
