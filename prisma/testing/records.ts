// An opening and a completion with every field filled in: tests name only what matters to them.
import { randomUUID } from 'node:crypto';
import type { Completion } from '../src/completion.ts';
import type { Opening } from '../src/opening.ts';

export const anOpening = (known: Partial<Opening> = {}): Opening => ({
  version: 2,
  id: randomUUID(),
  startedAt: '2026-03-01T12:00:00.250Z',
  gateway: 'gateway-1',
  endpoint: '/v1/chat/completions',
  dialect: 'openai-chat',
  streamed: true,
  upstream: 'openai',
  modelRequested: 'gpt-4o',
  callerRequestId: 'call-1',
  pricedAs: 'openai',
  priceOverride: { input: '0.000002', output: '0.000008' },
  key: 'a1b2c3',
  user: 'ann',
  chatId: 'chat-1',
  messageId: 'message-1',
  tags: { team: 'search' },
  ...known,
});

/** Of a stream that went well, and whose usage was reported. */
export const aCompletion = (known: Partial<Completion> = {}): Completion => ({
  ...anOpening(),
  finishedAt: '2026-03-01T12:00:01.450Z',
  model: 'gpt-4o-2024-08-06',
  upstreamId: 'chatcmpl-1',
  status: 'ok',
  reason: null,
  detail: null,
  terminalSeen: true,
  finishReason: 'stop',
  httpStatus: 200,
  upstreamStatus: 200,
  inputTokens: 10,
  cachedInputTokens: 4,
  cacheWriteTokens: 0,
  outputTokens: 5,
  reasoningTokens: 0,
  totalTokens: 15,
  usageSource: 'reported',
  usage: { prompt_tokens: 10, completion_tokens: 5 },
  unpriced: null,
  ttftMs: 120,
  headersMs: 80,
  durationMs: 1200,
  clientMs: 1205,
  frames: 7,
  framesDelivered: 7,
  bytes: 1234,
  bytesDelivered: 1234,
  drained: false,
  ...known,
});
