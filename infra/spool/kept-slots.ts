// What processes kept in SPOOL_DIR because they could not read it, each in a directory of its own below `kept`. It is read
// where it stands, once by each process, and becomes ours only where there is something in it for us: gateways of an
// older release never have it in hand while a newer one looks for it.
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDirectory, syncDirectory } from './durable-directory.ts';
import { readSegment } from './read-segment.ts';
import { freshName } from './slot.ts';
import { KEPT, segmentsIn, slotsIn } from './slot-contents.ts';

interface KnownSlot {
  readonly records: number;
  readonly isForUs: boolean;
}

export class KeptSlots {
  readonly #directory: string;
  #known: ReadonlyMap<string, KnownSlot> = new Map();

  constructor(spool: string) {
    this.#directory = join(spool, KEPT);
  }

  /** At the last look, or kept by us since; without what is for us. */
  get records(): number {
    const others = [...this.#known.values()].filter(({ isForUs }) => !isForUs);
    return others.reduce((sum, { records }) => sum + records, 0);
  }

  /** The paths of those that are for us. */
  async look(isReadable: (record: object) => boolean): Promise<string[]> {
    const known = new Map<string, KnownSlot>();
    for (const name of await slotsIn(this.#directory)) {
      known.set(name, this.#known.get(name) ?? (await this.#read(name, isReadable)));
    }
    this.#known = known;
    const ours = [...known].filter(([, { isForUs }]) => isForUs);
    return ours.map(([name]) => join(this.#directory, name));
  }

  /** A slot with nothing but kept segments. It gets a name that was never there: no crash can have left one in its way. */
  async add(slot: string): Promise<void> {
    const name = freshName();
    await makeDirectory(this.#directory);
    await rename(slot, join(this.#directory, name));
    await syncDirectory(this.#directory);
    this.#known = new Map([...this.#known, [name, await this.#read(name, () => false)]]);
  }

  async #read(name: string, isReadable: (record: object) => boolean): Promise<KnownSlot> {
    let records = 0;
    let isForUs = false;
    const slot = join(this.#directory, name);
    for (const segment of await segmentsIn(slot)) {
      for await (const record of readSegment(join(slot, segment))) {
        records += 1;
        isForUs ||= isReadable(record);
      }
    }
    return { records, isForUs };
  }
}
