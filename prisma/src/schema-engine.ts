// Prisma's schema engine as WebAssembly, on a connection of ours: what the CLI does with a binary that it downloads.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';
import type { Connection } from './connection.ts';

export type SchemaEngine = bindings.SchemaEngine;

export async function withSchemaEngine<T>(
  connection: Connection,
  use: (engine: SchemaEngine) => Promise<T>,
): Promise<T> {
  // One connection, kept: the engine means its statements for one session. After a failed one pg-pool opens another.
  const pool = new pg.Pool({ ...connection.pool, max: 1, idleTimeoutMillis: 0 });
  try {
    await instantiate();
    const adapter = bindMigrationAwareSqlAdapterFactory(new WholeScripts(pool, { schema: connection.schema }));
    const engine = await bindings.SchemaEngine.new({ datamodels: undefined }, () => undefined, adapter);
    return await use(engine).finally(() => engine.free());
  } finally {
    await pool.end();
  }
}

/**
 * adapter-pg cuts a script at every semicolon and runs the pieces one by one: a migration that is broken off would stay
 * half done, and one that holds a function could not run at all. Postgres itself runs a whole script as one transaction.
 */
class WholeScripts extends PrismaPg {
  override async connect(): ReturnType<PrismaPg['connect']> {
    const adapter = await super.connect();
    adapter.executeScript = async (script) => void (await adapter.executeRaw({ sql: script, args: [], argTypes: [] }));
    return adapter;
  }
}

interface Wasm {
  __wbindgen_start(): void;
}

/** Of the web's types, which the compiler is not given here, the one call that is needed. */
declare const WebAssembly: {
  instantiate(bytes: Uint8Array, imports: Record<string, object>): Promise<{ instance: { exports: Wasm } }>;
};

let instantiated: Promise<void> | undefined;

// The package's own entry imports the .wasm file as a module, which Node still calls experimental.
function instantiate(): Promise<void> {
  instantiated ??= (async () => {
    const script = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
    const bytes = await readFile(script.replace(/\.js$/, '.wasm'));
    const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': imports() });
    (bindings as unknown as { __wbg_set_wasm(wasm: Wasm): void }).__wbg_set_wasm(instance.exports);
    instance.exports.__wbindgen_start();
  })();
  return instantiated;
}

/** The engine never clears the timer of its lock: ten seconds in which a process that has migrated could not end. */
function imports(): Record<string, unknown> {
  const wait = (callback: () => void, delayMs: number) => setTimeout(callback, delayMs).unref();
  const isTimer = (name: string) => name.startsWith('__wbg_setTimeout_');
  return Object.fromEntries(Object.entries(bindings).map(([name, own]) => [name, isTimer(name) ? wait : own]));
}
