// What this gateway opened and closed, minute by minute: told to the register, where a worker holds it against the rows.
// A queue that lost what it had taken is found out so, though everything else looks well.
import { KEPT_MINUTES, minuteOf } from '@weir/infra/counts/minute';
import type { MinuteCount } from '@weir/infra/register';

interface Minute {
  opened: number;
  closed: number;
  /** Opened when it was last taken, and not withdrawn since. */
  openedBefore: number;
  told: { readonly opened: number; readonly closed: number };
}

const NOTHING = { opened: 0, closed: 0 };

export class Tally {
  readonly #gateway: string;
  readonly #minutes = new Map<number, Minute>();
  #changed = new Set<number>();

  constructor(gateway: string) {
    this.#gateway = gateway;
  }

  opened(id: string): void {
    this.#minute(id).opened += 1;
  }

  closed(id: string): void {
    this.#minute(id).closed += 1;
  }

  withdrawn(id: string): void {
    const minute = this.#minute(id);
    minute.opened -= 1;
    minute.openedBefore = Math.min(minute.openedBefore, minute.opened);
  }

  /**
   * What is to be told anew. An opening is told one time later than it could be: who is withdrawn is so at once, and of a
   * gateway that dies in between no row would ever come for it.
   */
  take(): MinuteCount[] {
    const changed = [...this.#changed];
    this.#changed = new Set();
    return changed.flatMap((minute) => this.#takeOf(minute));
  }

  /** What was told may be forgotten: all is to be told again. */
  untell(): void {
    for (const [minute, counted] of this.#minutes) {
      counted.told = NOTHING;
      this.#changed.add(minute);
    }
  }

  #takeOf(minute: number): MinuteCount[] {
    const counted = this.#minutes.get(minute);
    if (counted === undefined) return [];
    const { closed, told } = counted;
    const opened = Math.max(closed, counted.openedBefore);
    counted.openedBefore = counted.opened;
    if (opened !== counted.opened) this.#changed.add(minute); // the rest is told the next time
    if (opened === told.opened && closed === told.closed) return [];
    counted.told = { opened, closed };
    return [{ gateway: this.#gateway, minute, opened, closed }];
  }

  #minute(id: string): Minute {
    const minute = minuteOf(id);
    this.#changed.add(minute);
    const known = this.#minutes.get(minute);
    if (known !== undefined) return known;
    const fresh = { ...NOTHING, openedBefore: 0, told: NOTHING };
    this.#minutes.set(minute, fresh);
    for (const old of this.#minutes.keys()) if (old < minute - KEPT_MINUTES) this.#minutes.delete(old);
    return fresh;
  }
}
