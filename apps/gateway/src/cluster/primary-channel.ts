// One of many gateways, as it lives with its primary: it is told by what it is configured, says when it serves, gives its
// metrics, and stops when it is told to, or when the primary is gone.
import cluster from 'node:cluster';
import { on } from 'node:events';
import type { Registry } from 'prom-client';
import type { Configured } from '../settings/configured.ts';
import type { Ready, ToGateway, ToPrimary } from './messages.ts';

export interface Primary {
  readonly stopping: AbortSignal;
  sayReady(ready: Ready): void;
  /** From now on, and for all that it was told meanwhile. */
  onConfigured(take: (configured: Configured) => void): void;
}

/** What the primary says, each as the only item of a list. */
export type Heard = AsyncIterableIterator<readonly ToGateway[]>;

/** From now on, one after another. What was said before is lost: so the primary is told when to begin. */
export function hearPrimary(): Heard {
  const heard: Heard = on(process, 'message');
  say('listening');
  return heard;
}

/** The files are read by the primary alone: no two of its gateways are configured in two ways. */
export async function configuredBy(heard: Heard): Promise<Configured> {
  for (;;) {
    const { value = [] } = await heard.next();
    const [message] = value;
    if (typeof message === 'object') return message.configured;
    if (message === 'stop') process.exit(0); // nothing has begun
  }
}

export function obeyPrimary(heard: Heard, registry: Registry): Primary {
  outliveThePrimary();
  const stopping = new AbortController();
  const missed: Configured[] = [];
  let take = (configured: Configured): unknown => missed.push(configured);
  void obey();
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

  async function obey(): Promise<void> {
    for await (const [message] of heard) {
      if (message === 'stop') stopping.abort();
      else if (message === 'metrics') void giveMetrics(registry);
      else if (message !== undefined) take(message.configured);
    }
  }
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
