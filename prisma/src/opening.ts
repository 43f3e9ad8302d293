// What is known of a request before its provider is asked. Kept until the request's completion is, so that a gateway
// that dies in between still leaves a row; and what that row says.
import type { z } from 'zod';
import { type Completion, completionSchema } from './completion.ts';

export const openingSchema = completionSchema.pick({
  version: true,
  id: true,
  startedAt: true,
  gateway: true,
  endpoint: true,
  dialect: true,
  streamed: true,
  upstream: true,
  modelRequested: true,
  callerRequestId: true,
  pricedAs: true,
  priceOverride: true,
  billed: true,
  key: true,
  user: true,
  chatId: true,
  messageId: true,
  tags: true,
});

export type Opening = z.output<typeof openingSchema>;

const LONGEST_MS = 2_147_483_647; // what its column holds

// Nobody knows what the client was sent.
const UNKNOWN_STATUS = 0;

/** The row of a request whose gateway died: all that was known, and unknown for the rest. */
export function lostCompletion(opening: Opening, lostAt: Date): Completion {
  const finishedMs = Math.max(lostAt.getTime(), Date.parse(opening.startedAt));
  return {
    ...opening,
    version: 2, // the opening may stand in a spool as an older gateway wrote it
    finishedAt: new Date(finishedMs).toISOString(),
    model: null,
    upstreamId: null,
    status: 'error',
    reason: 'gateway_lost',
    detail: 'The gateway died before it could say how this request ended.',
    terminalSeen: false,
    finishReason: null,
    httpStatus: UNKNOWN_STATUS,
    upstreamStatus: null,
    inputTokens: 0,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: 0,
    reasoningTokens: 0,
    totalTokens: 0,
    usageSource: 'none',
    usage: null,
    units: null,
    serviceTier: null,
    billedOnce: null,
    unpriced: null,
    ttftMs: null,
    headersMs: null,
    durationMs: Math.min(finishedMs - Date.parse(opening.startedAt), LONGEST_MS),
    clientMs: null,
    frames: 0,
    framesDelivered: 0,
    bytes: 0,
    bytesDelivered: 0,
    drained: false,
  };
}
