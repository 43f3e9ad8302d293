// A child process and how it ended, and commands that are run to their end.
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it never began. */
  readonly error?: Error;
}

/** A long-lived piece of the whole: it runs until it is stopped, or ends by itself. */
export interface Part {
  readonly ended: Promise<Ending>;
  stop(): Promise<Ending>;
}

/** Never rejects: a command that could not be started is an ending as well. */
export function endingOf(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.on('error', (error) => {
      if (child.pid === undefined) resolve({ code: null, signal: null, error });
    });
  });
}

export const endedWell = (ending: Ending): boolean => ending.code === 0;

export function inWords({ code, signal, error }: Ending): string {
  if (error !== undefined) return `could not be started: ${error.message}`;
  return signal === null ? `ended with code ${code}` : `was ended by ${signal}`;
}

export async function runToEnd(
  command: string,
  args: readonly string[],
  options: SpawnOptions,
): Promise<{ ending: Ending; output: string }> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ending = await endingOf(child);
  return { ending, output };
}
