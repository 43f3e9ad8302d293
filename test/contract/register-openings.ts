// Openings to put into a register, each with an id of its own.
import type { Opening } from '@weir/ledger/opening';

/** More than any of these tests puts in. */
export const ALL = 10_000;

let made = 0;

/** The ids grow with time, as a UUIDv7 does. */
export function opening(known: Partial<Opening> = {}): Opening {
  made += 1;
  return {
    version: 2,
    id: `01980000-0000-7000-8000-${made.toString(16).padStart(12, '0')}`,
    startedAt: '2026-03-01T12:00:00.000Z',
    gateway: 'gateway-1',
    endpoint: '/v1/chat/completions',
    dialect: 'openai-chat',
    streamed: true,
    upstream: 'openai',
    modelRequested: 'gpt-4o',
    callerRequestId: null,
    pricedAs: 'openai',
    priceOverride: { input: '0.000002', output: '0.000008' },
    key: 'a1b2c3',
    user: null,
    chatId: 'chat-1',
    messageId: null,
    tags: { team: 'search' },
    ...known,
  };
}

export const openings = (count: number, known: Partial<Opening> = {}) =>
  Array.from({ length: count }, () => opening(known));
