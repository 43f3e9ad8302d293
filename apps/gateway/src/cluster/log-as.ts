// A log whose every line says which of several processes it is from: they write to the same place.
import type { Log } from '@weir/infra/log';

type Level = Exclude<keyof Log, 'isLevelEnabled'>;

export function logAs(instance: string, log: Log): Log {
  const at = (level: Level) => (first: object | string, event?: string) =>
    typeof first === 'string' ? log[level]({ instance }, first) : log[level]({ instance, ...first }, event);
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    fatal: at('fatal'),
    isLevelEnabled: (level) => log.isLevelEnabled(level),
  };
}
