// Looks for gateways that are gone, and has reaped what they left. Logs a register, or a queue, that is away: once when it
// goes and once when it is back.
import { SayOnce } from '@weir/infra/log/say-once';
import type { Register } from '@weir/infra/register';
import { type Gone, Watch } from './liveness.ts';
import { type ReapDeps, reap } from './reap-gateway.ts';
import { Unreadable } from './unreadable-openings.ts';

export interface ReaperOptions extends Omit<ReapDeps, 'unreadable'> {
  readonly register: Pick<Register, 'gateways'> & ReapDeps['register'];
  readonly goneAfterMs: number;
  /** Aborted when the process is to end: what fails then is no news. */
  readonly stopping: AbortSignal;
}

export interface Reaper {
  /** One look at the register, and a page of what each gateway left that is gone. Never rejects. */
  look(): Promise<void>;
}

export function createReaper({ goneAfterMs, stopping, ...parts }: ReaperOptions): Reaper {
  const { register, metrics, log } = parts;
  const watch = new Watch({ goneAfterMs, longestGapMs: goneAfterMs / 3 });
  const unreadable = new Unreadable(log);
  const away = new SayOnce();

  async function look(): Promise<void> {
    try {
      const gone = await whoIsGone();
      const reaped = await Promise.allSettled(gone.map((one) => reap(one, { ...parts, unreadable })));
      metrics.unreadable(unreadable.total);
      const failure = reaped.find((one) => one.status === 'rejected');
      if (failure !== undefined) throw failure.reason;
      away.ends(() => log.info('register.back'));
    } catch (error) {
      if (!stopping.aborted) away.begins(() => log.warn({ error }, 'register.away'));
    }
  }

  async function whoIsGone(): Promise<Gone[]> {
    const beats = await register.gateways().catch(missed);
    const gone = watch.see(beats, performance.now());
    metrics.gateways({ alive: beats.size - gone.length, gone: gone.length });
    unreadable.keep(gone.map(({ gateway }) => gateway));
    return gone.filter(({ gateway }) => !unreadable.restsAt(gateway, performance.now()));
  }

  function missed(error: unknown): never {
    watch.miss();
    metrics.gateways(undefined);
    throw error;
  }
  return { look };
}
