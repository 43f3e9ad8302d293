// One of many gateways, as it lives with its primary: it is told by what it is configured, says when it serves, gives its
// metrics, and stops when it is told to, or when the primary is gone.
import cluster from 'node:cluster';
import { once } from 'node:events';
import type { Registry } from 'prom-client';
import type { Configured } from '../settings/configured.ts';
import type { Ready, ToGateway, ToPrimary } from './messages.ts';

export interface Primary {
  readonly stopping: AbortSignal;
  sayReady(ready: Ready): void;
  /** From now on, and for all that it was told meanwhile. */
  onConfigured(take: (configured: Configured) => void): void;
}

/** Read once, by the primary: no two of its gateways are configured in two ways. Node keeps what nobody listens for yet. */
export async function configuredByPrimary(): Promise<Configured> {
  process.on('SIGHUP', () => undefined); // from a terminal it comes to all of a group; the primary tells what follows
  const [message] = (await once(process, 'message')) as [ToGateway];
  if (typeof message === 'string')
    throw new Error(`The primary said ${message} before it said by what to be configured.`);
  return message.configured;
}

export function obeyPrimary(registry: Registry): Primary {
  outliveThePrimary();
  const stopping = new AbortController();
  const missed: Configured[] = [];
  let take = (configured: Configured): unknown => missed.push(configured);
  process.on('message', (message: ToGateway) => {
    if (message === 'stop') stopping.abort();
    else if (message === 'metrics') void giveMetrics(registry);
    else take(message.configured);
  });
  return {
    stopping: stopping.signal,
    sayReady: (ready) => say({ ready }),
    onConfigured(taking) {
      take = (configured) => {
        taking(configured);
        say('configured');
      };
      for (const configured of missed) take(configured);
    },
  };
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
