import { defineConfig } from 'prisma/config';

// Neither `generate` nor `studio` runs the schema engine, yet the CLI would download it: any executable satisfies it.
process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= process.execPath;

export default defineConfig({
  schema: 'schema.prisma',
  migrations: { path: 'migrations' },
  datasource: { url: process.env['DATABASE_URL'] ?? 'postgresql://weir:weir@127.0.0.1:54329/weir' },
});
