// What Prisma's engine would still have to change in a database to make it what schema.prisma says.
import { readFile } from 'node:fs/promises';
import type { ClientBase, QueryArrayResult } from 'pg';
import { connectionOf } from '../../prisma/src/connection.ts';
import { withSchemaEngine } from '../../prisma/src/schema-engine.ts';

const SCHEMA = new URL('../../prisma/schema.prisma', import.meta.url);

export async function missingSteps(databaseUrl: string): Promise<string> {
  const { schema, pool } = connectionOf(databaseUrl, { name: 'weir test', statementTimeoutMs: 0 });
  const onConnect = async (client: ClientBase) => {
    await pool.onConnect(client);
    translateCatalogues(client);
  };
  const files = [{ path: 'schema.prisma', content: await readFile(SCHEMA, 'utf8') }];
  const { stdout } = await withSchemaEngine({ schema, pool: { ...pool, onConnect } }, (engine) =>
    engine.diff({
      from: { tag: 'schemaDatasource', files, configDir: '/' },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    }),
  );
  return (stdout ?? '').replace('-- This is an empty migration.', '').trim();
}

type Answered = (error: Error | undefined, result?: QueryArrayResult) => void;
type Query = (text: unknown, values: unknown, answered: Answered) => unknown;

function translateCatalogues(client: ClientBase): void {
  const query = client.query.bind(client) as unknown as Query;
  const translating: Query = (text, values, answered) =>
    query(text, values, (error, result) => {
      if (result !== undefined) translate(result);
      answered(error, result);
    });
  const fromPool = (...question: Parameters<Query>) => (question.length === 3 ? translating : query)(...question);
  client.query = fromPool as unknown as ClientBase['query'];
}

const CHAR = 18;
const TEXT = 25;

/**
 * The engine cannot read the catalogues through adapter-pg: not their columns of type "char", and not the constraints
 * by which Postgres 18 lists every NOT NULL. Migrating never asks for either.
 */
function translate(result: QueryArrayResult): void {
  for (const field of result.fields) if (field.dataTypeID === CHAR) field.dataTypeID = TEXT;
  const type = result.fields.findIndex(({ name }) => name === 'constraint_type');
  if (type >= 0) result.rows = result.rows.filter((row) => row[type] !== 'n');
}
