// One of many gateways, as it lives with its primary: it says when it serves, gives its metrics, and stops when it is
// told to, or when the primary is gone.
import cluster from 'node:cluster';
import type { Registry } from 'prom-client';
import type { Ready, ToGateway, ToPrimary } from './messages.ts';

export interface Primary {
  readonly stopping: AbortSignal;
  sayReady(ready: Ready): void;
}

export function obeyPrimary(registry: Registry): Primary {
  outliveThePrimary();
  const stopping = new AbortController();
  process.on('message', (message: ToGateway) => {
    if (message === 'stop') stopping.abort();
    if (message === 'metrics') void giveMetrics(registry);
  });
  return { stopping: stopping.signal, sayReady: (ready) => say({ ready }) };
}

/** Whoever asked waits for a while, and then does without them. */
async function giveMetrics(registry: Registry): Promise<void> {
  const metrics = await registry.getMetricsAsJSON().catch(() => undefined);
  if (metrics !== undefined) say({ metrics });
}

/** Left alone, Node would end the process at once, with whatever it has open. */
function outliveThePrimary(): void {
  const { worker } = cluster;
  worker?.once('disconnect', () => {
    worker.exitedAfterDisconnect = true;
  });
}

function say(message: ToPrimary): void {
  process.send?.(message, () => undefined); // a primary that is gone need not hear it
}
