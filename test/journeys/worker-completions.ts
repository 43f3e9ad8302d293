// Completions as a gateway would send them, and how they get into the queue.
import { randomUUID } from 'node:crypto';
import type { CompletionQueue } from '@weir/infra/queue';
import type { Completion } from '@weir/ledger/completion';

export function completion(own: Partial<Completion> = {}): Completion {
  const finishedAt = new Date();
  return {
    version: 2,
    id: randomUUID(),
    startedAt: new Date(finishedAt.getTime() - 1200).toISOString(),
    finishedAt: finishedAt.toISOString(),
    gateway: 'gateway-1',
    endpoint: '/v1/chat/completions',
    dialect: 'openai-chat',
    streamed: true,
    upstream: 'openai',
    modelRequested: 'gpt-4o',
    model: 'gpt-4o-2024-08-06',
    upstreamId: 'chatcmpl-1',
    callerRequestId: null,
    status: 'ok',
    reason: null,
    detail: null,
    terminalSeen: true,
    finishReason: 'stop',
    httpStatus: 200,
    upstreamStatus: 200,
    inputTokens: 12,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: 100,
    reasoningTokens: 0,
    totalTokens: 112,
    usageSource: 'reported',
    usage: { prompt_tokens: 12, completion_tokens: 100, total_tokens: 112 },
    unpriced: null,
    pricedAs: 'openai',
    priceOverride: null,
    ttftMs: 210,
    headersMs: 180,
    durationMs: 1200,
    clientMs: 1201,
    frames: 102,
    framesDelivered: 102,
    bytes: 20_480,
    bytesDelivered: 20_480,
    drained: false,
    key: 'key-1',
    user: null,
    chatId: null,
    messageId: null,
    tags: null,
    ...own,
  };
}

export const completions = (count: number): Completion[] => Array.from({ length: count }, () => completion());

/** As the gateway does, under the request's id; or under another name, as a second delivery may come. */
export async function deliver(queue: CompletionQueue, sent: readonly Completion[], again = ''): Promise<void> {
  await queue.addBulk(sent.map((data) => ({ name: 'completion', data, opts: { jobId: `${data.id}${again}` } })));
}
