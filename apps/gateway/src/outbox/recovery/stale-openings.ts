// Openings that may stand in the register although their requests are over: a write that was given up may still have
// been done, and a removal may not. They are removed once the register answers again.
import type { Register } from '@weir/infra/register';
import { IdMap } from '../id-map.ts';
import { inBatches } from './in-batches.ts';

interface Stray {
  readonly id: string;
  readonly gateway: string;
}

export class StaleOpenings {
  readonly #gateways = new IdMap<string>();

  add({ id, gateway }: Stray): void {
    this.#gateways.set(id, gateway);
  }

  delete({ id }: Stray): void {
    this.#gateways.delete(id);
  }

  /** Deletes the openings of finished requests and keeps the rest for the next run. */
  async retire(register: Pick<Register, 'retire'>, isOpen: (id: string) => boolean): Promise<void> {
    const over = this.#gateways.entries().filter(([id]) => !isOpen(id));
    await inBatches(over, async ([id, gateway]) => {
      await register.retire(gateway, id);
      this.#gateways.delete(id);
    });
  }
}
