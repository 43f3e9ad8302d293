// How long the turns of an app's event loop are: what to start it with, and what it met since. See long-turns.ts.
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PRELOADED = fileURLToPath(new URL('./long-turns.ts', import.meta.url));

export interface Turns {
  readonly env: Readonly<Record<string, string>>;
  /** Node's own arguments. */
  readonly nodeArgs: readonly string[];
  /** Since the last look, in milliseconds of the thread's own CPU; 0: none was long. */
  longestMs(): number;
  forget(): void;
}

export function watchTurns(): Turns {
  const file = join(tmpdir(), `weir-turns-${randomUUID()}`);
  writeFileSync(file, '');

  function longestMs(): number {
    const turns = readFileSync(file, 'utf8').split('\n').map(Number);
    writeFileSync(file, '');
    return Math.max(...turns);
  }
  const forget = () => rmSync(file, { force: true });
  return { env: { WEIR_LONG_TURNS: file }, nodeArgs: ['--import', PRELOADED], longestMs, forget };
}
