// Clients who open an endless stream and stay: gathered until each has its first byte, let go when the provider ends
// their streams. In the load's own process.
import { Caller, type Seen } from './caller.ts';
import type { Kind } from './wire.ts';

export interface Gathering {
  readonly url: string;
  readonly kind: Kind;
  readonly clients: number;
  readonly atOnce: number;
}

const MORE_THAN_IT_LASTS = 1_000_000;

const callers: Caller[] = [];
const streams: Promise<Seen>[] = [];

export async function gather({ url, kind, clients, atOnce }: Gathering): Promise<void> {
  for (let open = 0; open < clients; open += atOnce) {
    await Promise.all(Array.from({ length: Math.min(atOnce, clients - open) }, () => openStream(url, kind)));
  }
}

async function openStream(url: string, kind: Kind): Promise<void> {
  const caller = await Caller.connect(url);
  callers.push(caller);
  await new Promise<void>((resolve, reject) => {
    const stream = caller.ask({ kind, frames: MORE_THAN_IT_LASTS }, resolve);
    stream.catch(reject);
    streams.push(stream);
  });
}

/** Resolves with how many streams ended well; rejects where one did not. */
export async function disperse(): Promise<number> {
  const seen = await Promise.all(streams.splice(0));
  for (const caller of callers.splice(0)) caller.leave();
  return seen.length;
}
