// Entries to post: no two columns alike, so that a mix-up shows.
import type { Entry } from '@weir/ledger/ledger';
import { aCompletion } from '@weir/ledger/testing/records';

export function entry(difference: Partial<Entry> = {}): Entry {
  const completion = aCompletion({
    startedAt: '2025-10-01T23:59:58.123Z',
    finishedAt: '2025-10-02T00:00:00.456Z',
    callerRequestId: 'caller-1',
    status: 'aborted',
    reason: 'client_disconnected',
    detail: 'The client left: "early" – ’tis 🌊.',
    upstreamStatus: 201,
    inputTokens: 1_000,
    cachedInputTokens: 600,
    cacheWriteTokens: 300,
    outputTokens: 2_147_483_647,
    reasoningTokens: 40,
    totalTokens: 1_100,
    usageSource: 'partial',
    usage: { prompt_tokens: 1000, details: { cached: 600, list: [1, null, 'two'] }, ratio: 0.1 },
    units: { seconds: 12.4, images: 2 },
    serviceTier: 'flex',
    billedOnce: null,
    unpriced: 'usage',
    priceOverride: null,
    durationMs: 2_333,
    clientMs: 900,
    frames: 70,
    framesDelivered: 30,
    bytes: Number.MAX_SAFE_INTEGER,
    bytesDelivered: 4_321,
    drained: true,
    key: 'fingerprint-1',
    user: 'user-1',
    tags: { team: 'search', env: 'prod' },
  });
  const line = { kind: 'input', quantity: 1_000, rate: '2.5', cost: '0.0025' };
  const price = { list: 'openai/gpt-4o', lines: [line] };
  return { ...completion, cost: '12345678.123456789012', costSource: 'operator', price, ...difference };
}

/** As the reaper tells it of a gateway that went silent. */
export const lost = (difference: Partial<Entry> = {}): Entry =>
  entry({
    status: 'error',
    reason: 'gateway_lost',
    usageSource: 'none',
    units: null,
    serviceTier: null,
    billedOnce: null,
    unpriced: null,
    cost: null,
    costSource: null,
    price: null,
    ...difference,
  });

export const entries = (count: number): Entry[] => Array.from({ length: count }, () => entry());
