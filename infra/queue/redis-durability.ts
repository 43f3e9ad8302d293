// Warns, once at start, when this Redis may lose completions: by evicting keys when memory is short, or by keeping
// nothing on disk. A Redis that does not let itself be asked is taken at its word.
import { Redis } from 'ioredis';
import type { Log } from '../log/log.ts';

export async function warnIfVolatile(redisUrl: string, log: Log): Promise<void> {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: 1, lazyConnect: true });
  redis.on('error', () => {});
  try {
    const dangers = dangersOf(await settingsOf(redis));
    if (dangers.length > 0) log.warn({ dangers }, 'queue.not_durable');
  } catch {
    log.debug('queue.unasked');
  } finally {
    redis.disconnect();
  }
}

export function dangersOf(settings: ReadonlyMap<string, string>): string[] {
  const policy = settings.get('maxmemory-policy') ?? 'noeviction';
  const keepsNothing = settings.get('appendonly') === 'no' && settings.get('save') === '';
  return [
    ...(policy === 'noeviction' ? [] : [`maxmemory-policy is ${policy}, not noeviction: Redis may drop completions`]),
    ...(keepsNothing ? ['appendonly is no and save is empty: a restart of Redis drops completions'] : []),
  ];
}

async function settingsOf(redis: Redis): Promise<Map<string, string>> {
  const names = ['maxmemory-policy', 'appendonly', 'save'];
  const answers = await Promise.all(names.map((name) => redis.config('GET', name) as Promise<string[]>));
  return new Map(answers.filter(([name]) => name !== undefined).map(([name = '', value = '']) => [name, value]));
}
