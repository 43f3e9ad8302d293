// An opening and a completion, as tests hand them around.
import type { Completion } from '@weir/ledger/completion';
import { lostCompletion, type Opening } from '@weir/ledger/opening';

export const opening = (id: string, known: Partial<Opening> = {}): Opening => ({
  version: 2,
  id,
  startedAt: '2026-01-02T03:04:05.000Z',
  gateway: 'gateway-1',
  endpoint: '/v1/chat/completions',
  dialect: 'openai-chat',
  streamed: true,
  upstream: 'openai',
  modelRequested: 'gpt-4o',
  callerRequestId: null,
  pricedAs: null,
  priceOverride: null,
  key: null,
  user: null,
  chatId: null,
  messageId: null,
  tags: null,
  ...known,
});

export const completion = (id: string, known: Partial<Completion> = {}): Completion => ({
  ...lostCompletion(opening(id), new Date('2026-01-02T03:04:06.000Z')),
  status: 'ok',
  reason: null,
  detail: null,
  ...known,
});

export const idsUpTo = (count: number): string[] => Array.from({ length: count }, (_, at) => `id-${at}`);
