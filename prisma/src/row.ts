// Entries → a parameter for each column, which Postgres reads twice as fast as the same rows in JSON. What only the pricing
// needed is left out.
import { Prisma } from '../generated/client.ts';
import type { Entry } from './ledger.ts';

type Field = Prisma.CompletionScalarFieldEnum;

const FIELDS = Object.values(Prisma.CompletionScalarFieldEnum);

/** What is no text. */
const TYPES: Readonly<Partial<Record<Field, string>>> = {
  id: 'uuid',
  startedAt: 'timestamptz',
  finishedAt: 'timestamptz',
  streamed: 'bool',
  status: 'completion_status',
  terminalSeen: 'bool',
  httpStatus: 'int4',
  upstreamStatus: 'int4',
  inputTokens: 'int4',
  cachedInputTokens: 'int4',
  cacheWriteTokens: 'int4',
  outputTokens: 'int4',
  reasoningTokens: 'int4',
  totalTokens: 'int4',
  usageSource: 'completion_usage_source',
  usage: 'jsonb',
  units: 'jsonb',
  cost: 'numeric',
  costSource: 'completion_cost_source',
  price: 'jsonb',
  ttftMs: 'int4',
  headersMs: 'int4',
  durationMs: 'int4',
  clientMs: 'int4',
  frames: 'int4',
  framesDelivered: 'int4',
  bytes: 'int8',
  bytesDelivered: 'int8',
  drained: 'bool',
  tags: 'jsonb',
};

const nameOf = (field: string) => `"${field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}"`;

/** Every column of the table, as SQL lists them. */
export const COLUMNS = FIELDS.map(nameOf).join(', ');

/** The rows, as SQL makes them of the parameters. */
export const ROWS = `unnest(${FIELDS.map((field, at) => `$${at + 1}::${TYPES[field] ?? 'text'}[]`).join(', ')})`;

/** An array for each column, as Postgres writes them. */
export const parametersOf = (entries: readonly Entry[]): string[] =>
  FIELDS.map((field) => `{${entries.map((entry) => elementOf(entry[field])).join(',')}}`);

function elementOf(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
