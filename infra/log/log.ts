// One logger a process: JSON lines, named events (`noun.verb`). What is logged is chosen field by field where it is
// logged; no request, response, header or body object is ever handed in.
import { pino } from 'pino';
import { LogOutput } from './log-output.ts';
import { openStdout } from './stdout.ts';

export type Log = Pick<pino.Logger, 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'isLevelEnabled'>;

/** Where several processes write to the same place, each line says from which `instance` it is. */
export function createLog(options: { app: string; level: string; instance?: string | undefined }): Log {
  const output = new LogOutput(openStdout(), (lines) => log.warn({ lines }, 'log.dropped'));
  process.on('exit', () => output.flushSync());
  const log = pino(
    {
      level: options.level,
      base: { app: options.app, ...(options.instance === undefined ? {} : { instance: options.instance }) },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      messageKey: 'event',
      serializers: { error: describeError },
    },
    output,
  );
  return log;
}

/** An error's name, code and message, and its cause's; stacks stay out of production logs unless it has no code. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const code = (error as { code?: unknown }).code;
  return {
    name: error.name,
    ...(typeof code === 'string' ? { code } : { stack: error.stack }),
    message: error.message,
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}
