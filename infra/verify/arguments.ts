// The command line and the environment → where to look, and for how long. What is wrong with them names itself.
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isRequestId } from '../queue/request-id.ts';
import { databaseUrl, queuePrefix, redisUrl } from '../settings/both-apps.ts';
import { integer, text } from '../settings/kinds.ts';
import { orExit, readSettings, SettingsError } from '../settings/settings.ts';
import type { SnapshotOptions } from './take-snapshot.ts';

export interface VerifyOptions extends SnapshotOptions {
  readonly waitMs: number;
  /** Each must have a row. */
  readonly ids: readonly string[];
  readonly json: boolean;
}

const HELP = `npm run verify -- [options]: compares open requests, queue, spool and rows, and prints what is missing, by id

  --wait SECONDS  looks again until nothing is missing and all that was on its way has come, so long at most (default 0)
  --ids FILE      one request id a line, from x-weir-request-id: each must have a row, or be open now. A request that was
                  refused before a provider was asked (a 4xx, 503 or 505 of Weir's own) has none
  --json          one JSON object, and nothing else

Ends with 0 when nothing is missing, with 1 when something is, and with 2 when it could not look: an option is wrong,
SPOOL_DIR does not exist, or a server does not answer.
It only reads. Everything is found by REDIS_URL, or DATABASE_URL where there is no Redis, QUEUE_PREFIX and SPOOL_DIR;
spools on other machines are looked at there. Where no gateway has run, name an empty directory.
`;

const settings = {
  databaseUrl,
  redisUrl,
  queuePrefix,
  spoolDir: text({
    env: 'SPOOL_DIR',
    fallback: '.weir/spool',
    help: 'where gateways of this machine have their spools',
  }),
};
// setTimeout takes no more.
const seconds = integer({ env: 'WAIT', min: 0, max: 2_147_483, fallback: 0, help: 'how long to look again' });

export function readArguments(): VerifyOptions {
  return orExit(() => {
    const { json, wait, ids } = readFlags();
    const { spoolDir, queuePrefix: prefix, ...urls } = readSettings(settings, { env: process.env, argv: [] });
    demandDirectory(spoolDir);
    const waitMs = 1000 * readSettings({ wait: seconds }, { env: {}, argv: wait }).wait;
    return { queue: { ...urls, prefix }, spoolDir, waitMs, ids: ids === undefined ? [] : readIds(ids), json };
  });
}

function readFlags(): { json: boolean; wait: string[]; ids: string | undefined } {
  const flag = { type: 'boolean', default: false } as const;
  const word = { type: 'string' } as const;
  const options = { json: flag, help: { ...flag, short: 'h' }, wait: word, ids: word } as const;
  try {
    const { values } = parseArgs({ options, strict: true });
    const wait = values.wait === undefined ? [] : [`--wait=${values.wait}`];
    if (!values.help) return { json: values.json, wait, ids: values.ids };
  } catch (error) {
    throw new SettingsError([(error as Error).message, '', HELP]);
  }
  process.stdout.write(HELP);
  process.exit(0);
}

/** A wrong name would look like an empty spool, in which nothing is missing. */
function demandDirectory(spoolDir: string): void {
  if (statSync(spoolDir, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new SettingsError([
    `SPOOL_DIR ${resolve(spoolDir)} is no directory here: name the one in which this machine's gateways have their spools`,
  ]);
}

function readIds(file: string): string[] {
  const lines = readLines(file).map((line) => line.trim());
  const strange = lines.findIndex((line) => line !== '' && !isRequestId(line));
  if (strange >= 0) throw new SettingsError([`--ids: line ${strange + 1} of ${file} is no request id`]);
  return [...new Set(lines.filter((line) => line !== '').map((line) => line.toLowerCase()))];
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch (error) {
    throw new SettingsError([`--ids: ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`]);
  }
}
