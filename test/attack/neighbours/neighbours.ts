// The neighbours' process, as whoever starts it sees it.
import { randomBytes } from 'node:crypto';
import { startProcess } from '../../support/processes.ts';
import type { Delays } from './lane.ts';

/** Since the last look. */
export interface Look {
  readonly requests: number;
  /** What they waited for the gateway's health, at worst: one turn of it. */
  readonly healthMs: number;
  /** What they waited for anything, at worst: a stream takes a dozen turns. */
  readonly worstMs: number;
  /** What they waited without it, at worst. */
  readonly controlMs: number;
  readonly failed: readonly string[];
}

export interface Neighbours {
  /** What their requests' x-request-ids begin with. */
  readonly name: string;
  look(): Promise<Look>;
  stop(): Promise<void>;
}

interface Told {
  readonly health: Delays;
  readonly streams: readonly Delays[];
  readonly control: Delays;
}

export async function moveIn(gatewayUrl: string, simulatorUrl: string): Promise<Neighbours> {
  const name = `near-${randomBytes(3).toString('hex')}-`;
  const process = await startProcess('test/attack/neighbours/main.ts', { args: [gatewayUrl, simulatorUrl, name] });

  async function look(): Promise<Look> {
    const { health, streams, control } = (await (await fetch(new URL('/look', process.url))).json()) as Told;
    const lanes = [health, ...streams];
    return {
      requests: lanes.reduce((sum, { count }) => sum + count, 0),
      healthMs: health.worstMs,
      worstMs: Math.max(...lanes.map(({ worstMs }) => worstMs)),
      controlMs: control.worstMs,
      failed: lanes.flatMap(({ failed }) => failed),
    };
  }
  return { name, look, stop: () => process.stop() };
}
