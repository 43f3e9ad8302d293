// SIGHUP: the files are read again. What is right is taken from the next request on, and no running stream notices. What is
// wrong is said, and changes nothing.
import type { Log } from '@weir/infra/log';
import { SettingsError } from '@weir/infra/settings';
import { Gauge, type Registry } from 'prom-client';
import { type Configured, readConfigured, type Settings } from '../settings/configured.ts';
import { summaryOf, warnOfUrls } from './startup.ts';

interface Reloading {
  readonly settings: Settings;
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
  readonly registry: Registry;
  /** Puts it in the place of the last one. */
  take(configured: Configured): void | Promise<void>;
}

export async function reloadAtEach(hangups: AsyncIterable<unknown>, reloading: Reloading): Promise<void> {
  const { settings, log, take } = reloading;
  const refused = gaugeRefused(reloading.registry);
  for await (const _ of hangups) {
    try {
      const configured = readConfigured(settings);
      await take(configured);
      refused.set(0);
      log.info(summaryOf(configured), 'config.reloaded');
      warnOfUrls(configured.routing, log);
    } catch (error) {
      refused.set(1);
      log.error(error instanceof SettingsError ? { problems: error.problems } : { error }, 'config.refused');
    }
  }
}

const gaugeRefused = (registry: Registry) =>
  new Gauge({
    name: 'weir_config_refused',
    help: '1 while the files that SIGHUP had read are refused: the gateway serves by the ones before.',
    registers: [registry],
  });
