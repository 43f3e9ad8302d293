import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { aCompletion } from '../testing/records.ts';
import { type Completion, completionSchema, REASONS, STATUSES } from './completion.ts';

const completion = aCompletion();

const accepts = (value: unknown) => completionSchema.safeParse(value).success;

describe('a completion', () => {
  test('that is whole passes unchanged', () => {
    expect(completionSchema.parse(completion)).toEqual(completion);
  });

  test('survives the queue, which speaks JSON', () => {
    expect(completionSchema.parse(JSON.parse(JSON.stringify(completion)))).toEqual(completion);
  });

  const SINCE_VERSION_2 = ['unpriced', 'units', 'serviceTier', 'billedOnce'];
  const mayLack = (field: string) => field.endsWith('Tokens') || SINCE_VERSION_2.includes(field);
  const needed = Object.keys(completion).filter((field) => !mayLack(field));

  test.each(needed)('without %s is refused', (field) => {
    const { [field as keyof Completion]: _, ...rest } = completion;
    expect(accepts(rest)).toBe(false);
  });

  test('without token counts counts none', () => {
    const { inputTokens, outputTokens, ...rest } = completion;
    expect(completionSchema.parse(rest)).toMatchObject({ inputTokens: 0, outputTokens: 0 });
  });

  test('of version 1 is read as one of version 2 that had a cost if it could', () => {
    const { unpriced: _, units: __, serviceTier: ___, billedOnce: ____, ...fields } = completion;
    expect(completionSchema.parse({ ...fields, version: 1 })).toEqual(completion);
  });

  test('may say in a word why it has no cost', () => {
    expect(completionSchema.parse({ ...completion, unpriced: 'usage' }).unpriced).toBe('usage');
    expect(completionSchema.parse({ ...completion, unpriced: 'another' }).unpriced).toBe('another');
  });

  test('counts what is no token, whole or not', () => {
    const units = { seconds: 12.4, images: 2, characters: 0 };
    expect(completionSchema.parse({ ...completion, units }).units).toEqual(units);
  });

  test.each<[string, Record<string, unknown>]>([
    ['units that are no numbers', { units: { seconds: '12.4' } }],
    ['less than no units', { units: { images: -1 } }],
    ['endless units', { units: { seconds: Number.POSITIVE_INFINITY } }],
    ['a field that nobody knows', { prompt: 'secret' }],
    ['a version that nobody knows', { version: 3 }],
    ['no version at all', { version: undefined }],
    ['an id that is no UUID', { id: '1' }],
    ['a reason that nobody knows', { reason: 'boredom' }],
    ['a negative count', { outputTokens: -1 }],
    ['half a token', { outputTokens: 0.5 }],
    ['a count that Postgres cannot hold', { frames: 2_147_483_648 }],
    ['a time that is none', { startedAt: 'yesterday' }],
    ['a price that is a float', { priceOverride: { input: 2.5, output: 10 } }],
    ['tags that are not text', { tags: { team: 1 } }],
  ])('with %s is refused', (_, difference) => {
    expect(accepts({ ...completion, ...difference })).toBe(false);
  });
});

describe('text that Postgres cannot store', () => {
  test('loses its NUL characters, and halves of characters become U+FFFD', () => {
    expect(completionSchema.parse({ ...completion, user: 'a\u0000b\ud800c' }).user).toBe('ab\ufffdc');
  });

  test('is mended in usage and tags as well, in keys and at any depth', () => {
    const usage = { 'k\u0000': [{ deep: 'x\udc00\u0000y' }] };
    const parsed = completionSchema.parse({ ...completion, usage, tags: { 't\u0000': '\ud83d' } });
    expect(parsed.usage).toEqual({ k: [{ deep: 'x\ufffdy' }] });
    expect(parsed.tags).toEqual({ t: '\ufffd' });
  });

  test('whole characters outside the basic plane stay', () => {
    expect(completionSchema.parse({ ...completion, user: '🌊' }).user).toBe('🌊');
  });

  test.each(['model', 'key', 'chatId'] as const)('%s is cut to what an index can hold', (field) => {
    expect(completionSchema.parse({ ...completion, [field]: 'x'.repeat(10_000) })[field]).toHaveLength(512);
  });
});

describe('reasons', () => {
  test.each(Object.entries(REASONS))('%s is %s', (reason, status) => {
    expect(status).toBe(/^(client|drain)_/.test(reason) ? 'aborted' : 'error');
  });

  test('schema.prisma names the same ones', () => {
    const schema = readFileSync(new URL('../schema.prisma', import.meta.url), 'utf8');
    const comment = /Null when ok, else one of:(.*?)\./s.exec(schema)?.[1] ?? '';
    expect(comment.match(/[a-z]+(_[a-z]+)*/g)?.sort()).toEqual(Object.keys(REASONS).sort());
  });

  test('schema.prisma has the same statuses', () => {
    const schema = readFileSync(new URL('../schema.prisma', import.meta.url), 'utf8');
    expect(/enum Status \{\s+(.*?)\s+@@map/s.exec(schema)?.[1]?.split(/\s+/)).toEqual([...STATUSES]);
  });
});
