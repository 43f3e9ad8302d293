// Entries to post: no two columns alike, so that a mix-up shows.
import { randomUUID } from 'node:crypto';
import type { Entry } from '@weir/ledger/ledger';

export function entry(difference: Partial<Entry> = {}): Entry {
  return {
    version: 2,
    id: randomUUID(),
    startedAt: '2025-10-01T23:59:58.123Z',
    finishedAt: '2025-10-02T00:00:00.456Z',
    gateway: 'gateway-1',
    endpoint: '/v1/chat/completions',
    dialect: 'openai-chat',
    streamed: true,
    upstream: 'openai',
    modelRequested: 'gpt-4o',
    model: 'gpt-4o-2024-08-06',
    upstreamId: 'chatcmpl-1',
    callerRequestId: 'caller-1',
    status: 'aborted',
    reason: 'client_disconnected',
    detail: 'The client left: "early" – ’tis 🌊.',
    terminalSeen: true,
    finishReason: 'stop',
    httpStatus: 200,
    upstreamStatus: 201,
    inputTokens: 1_000,
    cachedInputTokens: 600,
    cacheWriteTokens: 300,
    outputTokens: 2_147_483_647,
    reasoningTokens: 40,
    totalTokens: 1_100,
    usageSource: 'partial',
    usage: { prompt_tokens: 1000, details: { cached: 600, list: [1, null, 'two'] }, ratio: 0.1 },
    unpriced: 'usage',
    pricedAs: 'openai',
    priceOverride: null,
    cost: '12345678.123456789012',
    price: { input: '2.5', cachedInput: '1.25', output: '10' },
    ttftMs: 120,
    headersMs: 80,
    durationMs: 2_333,
    clientMs: 900,
    frames: 70,
    framesDelivered: 30,
    bytes: Number.MAX_SAFE_INTEGER,
    bytesDelivered: 4_321,
    drained: true,
    key: 'fingerprint-1',
    user: 'user-1',
    chatId: 'chat-1',
    messageId: 'message-1',
    tags: { team: 'search', env: 'prod' },
    ...difference,
  };
}

/** As the reaper tells it of a gateway that went silent. */
export const lost = (difference: Partial<Entry> = {}): Entry =>
  entry({
    status: 'error',
    reason: 'gateway_lost',
    usageSource: 'none',
    unpriced: null,
    cost: null,
    price: null,
    ...difference,
  });

export const entries = (count: number): Entry[] => Array.from({ length: count }, () => entry());
