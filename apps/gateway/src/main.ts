// env → one gateway, or as many as WEB_CONCURRENCY says on one port, and a primary that keeps them.
import cluster from 'node:cluster';
import { configuredBy, hearPrimary } from './cluster/primary-channel.ts';
import { listenForHangups } from './http/reload.ts';
import { loadConfig, loadGatewaySettings } from './settings/config.ts';

const settings = loadGatewaySettings();
const isOneOfMany = settings.webConcurrency > 1;

if (isOneOfMany && !cluster.isPrimary) {
  const heard = hearPrimary();
  const [configured, { serve }] = await Promise.all([configuredBy(heard), import('./http/serve.ts')]);
  await serve({ ...settings, ...configured }, { heard });
} else {
  const hangups = listenForHangups();
  const config = loadConfig(settings);
  if (isOneOfMany) {
    const { runPrimary } = await import('./cluster/primary.ts'); // which has no use for all that a gateway loads
    await runPrimary(config, hangups);
  } else {
    const { serve } = await import('./http/serve.ts');
    await serve(config, { hangups });
  }
}
