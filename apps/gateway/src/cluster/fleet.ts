// The gateways of one primary. A place in it is filled by one process after another: who ends without being asked to is
// replaced. It is over when it is stopped and all have ended, or when one cannot even start, and no other serves.
import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '@weir/infra/log';
import type { Configured } from '../settings/configured.ts';
import type { Ending, GatewayProcess } from './gateway-process.ts';
import { createPauses } from './restart-delay.ts';

export type Member = Pick<GatewayProcess, keyof GatewayProcess>;

interface FleetOptions {
  readonly count: number;
  readonly start: () => Member;
  /** Who has not ended this long after being told to stop is killed. */
  readonly stopWithinMs: number;
  readonly log: Pick<Log, 'info' | 'error'>;
  readonly onFull: (url: string) => void;
  readonly onGone: (member: Member) => void;
}

export class Fleet {
  readonly #options: FleetOptions;
  readonly #members = new Set<Member>();
  readonly #stopping = new AbortController();
  #wasFull = false;

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  get members(): ReadonlySet<Member> {
    return this.#members;
  }

  get serving(): number {
    return [...this.#members].filter(({ instance }) => instance !== undefined).length;
  }

  /** Resolves with the worst code that a process ended with when the fleet was over. */
  async run(): Promise<number> {
    // One goes ahead: what keeps it from starting would keep them all, and is said once.
    const first = this.#start();
    const places = [this.#fill(first)];
    await Promise.race([first.ready, ...places]);
    while (places.length < this.#options.count && !this.#stopping.signal.aborted)
      places.push(this.#fill(this.#start()));
    return Math.max(...(await Promise.all(places)));
  }

  /** Resolves when all have taken it. */
  async configure(configured: Configured): Promise<void> {
    await Promise.all([...this.#members].map((member) => member.configure(configured)));
  }

  stop(): void {
    if (this.#stopping.signal.aborted) return;
    this.#stopping.abort();
    for (const member of this.#members) member.stop();
    setTimeout(() => this.kill(), this.#options.stopWithinMs).unref();
  }

  kill(): void {
    for (const member of this.#members) member.kill();
  }

  async #fill(first: Member): Promise<number> {
    const pauseAfter = createPauses();
    for (let member = first; ; member = this.#start()) {
      const ending = await member.ended;
      this.#members.delete(member);
      this.#options.onGone(member);
      if (member.instance === undefined && this.serving === 0) this.stop();
      if (this.#stopping.signal.aborted) return codeOf(ending);
      await this.#logLost(member, { ...ending, pause_ms: pauseAfter(member.ageMs) });
      if (this.#stopping.signal.aborted) return 0;
    }
  }

  #start(): Member {
    const { start, log } = this.#options;
    const member = start();
    this.#members.add(member);
    void member.ready.then(({ url, instance }) => {
      log.info({ instance, pid: member.pid }, 'process.started');
      this.#sayFull(url);
    });
    return member;
  }

  #sayFull(url: string): void {
    if (this.#wasFull || this.serving < this.#options.count) return;
    this.#wasFull = true;
    this.#options.onFull(url);
  }

  async #logLost({ instance, pid }: Member, how: Ending & { pause_ms: number }): Promise<void> {
    this.#options.log.error({ instance, pid, ...how }, 'process.lost');
    await pause(how.pause_ms, undefined, this.#stopping).catch(() => undefined);
  }
}

const codeOf = ({ code }: Ending): number => code ?? 1;
