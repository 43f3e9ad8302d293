// env → one gateway, or as many as WEB_CONCURRENCY says on one port, and a primary that keeps them.
import cluster from 'node:cluster';
import { loadConfig } from './settings/config.ts';

const config = loadConfig();
const isOneOfMany = config.webConcurrency > 1;

if (isOneOfMany && cluster.isPrimary) {
  const { runPrimary } = await import('./cluster/primary.ts'); // which has no use for all that a gateway loads
  await runPrimary(config);
} else {
  const { serve } = await import('./http/serve.ts');
  await serve(config, isOneOfMany);
}
