// `npm run studio`: Prisma Studio on the ledger, from what npm installed. It downloads nothing and reports to nobody.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { orExit, readSettings } from '../settings/settings.ts';
import { endedWell, endingOf } from './child.ts';
import { embeddedUrl } from './embedded-postgres.ts';
import { demandFreePorts } from './ports.ts';
import { Problem, report } from './problem.ts';
import { localSettings } from './settings.ts';
import { onOrphaned } from './stop-signals.ts';

const HELP = `npm run studio -- [--port 5555] [--browser none|firefox|…]

Prisma Studio on DATABASE_URL, or on the database that npm start keeps (POSTGRES_PORT, default 54329).
`;

await main().catch(report);

async function main(): Promise<void> {
  const { port, browser, help } = readFlags();
  if (help) return void process.stdout.write(HELP);
  const { databaseUrl, postgresPort } = orExit(() => readSettings(localSettings, { env: process.env, argv: [] }));
  const url = databaseUrl ?? embeddedUrl(postgresPort).href;
  await demandAnswer(url);
  await demandFreePorts([{ host: '127.0.0.1', port: Number(port), holder: 'another Studio', env: '--port' }]);
  await runStudio(url, ['--port', port, ...(browser === undefined ? [] : ['--browser', browser])]);
}

function readFlags(): { port: string; browser?: string; help?: boolean } {
  const port = { type: 'string', default: '5555' } as const;
  try {
    return parseArgs({ options: { port, browser: { type: 'string' }, help: { type: 'boolean', short: 'h' } } }).values;
  } catch (error) {
    throw new Problem([(error as Error).message, HELP], 2);
  }
}

async function demandAnswer(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  try {
    await client.connect();
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new Problem([
      `PostgreSQL at ${new URL(url).host} does not answer (${why}). Start it with npm start, or set DATABASE_URL.`,
    ]);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function runStudio(url: string, flags: readonly string[]): Promise<void> {
  const ledger = new URL('../../prisma/', import.meta.url);
  const prisma = createRequire(new URL('package.json', ledger)).resolve('prisma/build/index.js');
  const config = fileURLToPath(new URL('prisma.config.ts', ledger));
  const quiet = {
    CHECKPOINT_DISABLE: '1',
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    ...(!process.stdout.isTTY && { BROWSER: 'none' }),
  };
  const child = spawn(process.execPath, [prisma, 'studio', '--config', config, ...flags], {
    env: { ...process.env, ...quiet, DATABASE_URL: url },
    stdio: 'inherit',
  });
  const stop = () => child.kill('SIGTERM');
  process.on('SIGTERM', stop).on('SIGINT', () => undefined); // a terminal's Ctrl-C reaches Studio by itself
  onOrphaned(stop);
  if (!endedWell(await endingOf(child))) process.exitCode = 1;
}
