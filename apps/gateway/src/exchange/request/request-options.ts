// The `x-weir-*` headers → what the caller wants of the gateway. A header that cannot be read is refused by its name.
import type { IncomingHttpHeaders } from 'node:http';
import { WeirError } from '../../errors.ts';
import type { RequestOptions } from './accepted-request.ts';
import { textOf } from './header-text.ts';

// Longer than an id: many tags stand in one header. They are kept as JSON, which no index limits.
const TAGS_LENGTH = 8192;

export function wishesOf(headers: IncomingHttpHeaders): RequestOptions {
  const trailing = oneOf(headers, 'x-weir-trailing', ['on', 'off']);
  return {
    chatId: textOf(headers, 'x-weir-chat-id'),
    messageId: textOf(headers, 'x-weir-message-id'),
    user: textOf(headers, 'x-weir-user'),
    tags: tagsOf(textOf(headers, 'x-weir-tags', TAGS_LENGTH)),
    onDisconnect: oneOf(headers, 'x-weir-on-disconnect', ['drain', 'abort']),
    trailing: trailing === null ? null : trailing === 'on',
  };
}

function oneOf<const T extends string>(headers: IncomingHttpHeaders, name: string, values: readonly T[]): T | null {
  const text = textOf(headers, name);
  const value = values.find((known) => known === text?.trim().toLowerCase());
  if (text !== null && value === undefined)
    refuse(`\`${name}\` must be ${values.map((v) => `\`${v}\``).join(' or ')}.`);
  return value ?? null;
}

function tagsOf(text: string | null): Record<string, string> | null {
  if (text === null) return null;
  const pairs = text.split(',').filter((pair) => pair.trim() !== '');
  return Object.fromEntries(pairs.map(pairOf));
}

function pairOf(pair: string): [string, string] {
  const at = pair.indexOf('=');
  const key = pair.slice(0, at).trim();
  if (at < 0 || key === '') refuse('`x-weir-tags` must look like `key=value,key=value`.');
  return [key, pair.slice(at + 1).trim()];
}

function refuse(detail: string): never {
  throw new WeirError('invalid_request', { detail });
}
