// env → one gateway, or as many as WEB_CONCURRENCY says on one port, and a primary that keeps them.
import cluster from 'node:cluster';
import { configuredBy, hearPrimary } from './cluster/primary-channel.ts';
import { loadConfig, loadGatewaySettings } from './settings/config.ts';

export async function start(hangups: AsyncIterable<unknown>): Promise<never> {
  const settings = loadGatewaySettings();
  const isOneOfMany = settings.webConcurrency > 1;

  if (isOneOfMany && !cluster.isPrimary) {
    const heard = hearPrimary();
    const [configured, { serve }] = await Promise.all([configuredBy(heard), import('./http/serve.ts')]);
    return serve({ ...settings, ...configured }, { heard });
  }
  const config = loadConfig(settings);
  if (isOneOfMany) {
    const { runPrimary } = await import('./cluster/primary.ts'); // which has no use for all that a gateway loads
    return runPrimary(config, hangups);
  }
  const { serve } = await import('./http/serve.ts');
  return serve(config, { hangups });
}
