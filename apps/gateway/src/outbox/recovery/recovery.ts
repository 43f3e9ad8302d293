// What is to be done whenever the queue answers: whatever it missed while it did not, and whatever dead gateways of this
// machine left behind.
import type { Log } from '@weir/infra/log';
import { SayOnce } from '@weir/infra/log/say-once';
import type { RecordSink } from '@weir/infra/sinks';
import { isReadable } from '@weir/infra/sinks/spool-record';
import type { DeadSpool, Spool } from '@weir/infra/spool';
import type { Completion } from '@weir/ledger/completion';
import type { OpenRequests } from '../open-requests.ts';
import { inBatches } from './in-batches.ts';
import type { Recent } from './recent-completions.ts';
import { shipDeadSpool, shipSegment } from './ship.ts';

const LOOK_AROUND_MS = 10_000;

interface RecoveryDeps {
  readonly queue: RecordSink;
  readonly spool: Spool;
  readonly open: OpenRequests;
  readonly recent: Recent;
  readonly retireStaleOpenings: () => Promise<void>;
  readonly log: Log;
}

export class Recovery {
  readonly #parts: RecoveryDeps;
  readonly #deadSpools: DeadSpool[] = [];
  #lookedAroundAt = Number.NEGATIVE_INFINITY;
  readonly #toResend = new Map<string, Completion>();
  #forgotten = false;
  readonly #failed = new SayOnce();
  #lookingAround = false;
  #running: Promise<void> | null = null;

  constructor(parts: RecoveryDeps) {
    this.#parts = parts;
  }

  /** There is something that the queue has not been told. */
  get isDue(): boolean {
    return this.#forgotten || this.#toResend.size > 0 || this.#parts.spool.stats().records > 0;
  }

  /** The queue's server may not remember what it was told: all of that is kept, until it has been told again. */
  resendLater(): void {
    this.#forgotten = true;
    for (const completion of this.#parts.recent.all()) this.#toResend.set(completion.id, completion);
  }

  /** Does what there is to do, once at a time; what fails is done the next time. */
  run(): Promise<void> {
    this.#running ??= this.#recover()
      .then(
        () => this.#failed.ends(),
        (error) => this.#sayFailed(error),
      )
      .finally(() => {
        this.#running = null;
      });
    return this.#running;
  }

  /** It may be the disk: then the queue takes what it is given all the same. */
  #sayFailed(error: unknown): void {
    this.#failed.begins(() => this.#parts.log.warn({ error }, 'recovery.failed'));
  }

  async #recover(): Promise<void> {
    await this.#remind();
    await this.#parts.retireStaleOpenings();
    await this.#shipOwn();
    void this.#adoptDeadSpools(); // nothing waits for a disk that hangs
    await this.#shipDeadSpools();
  }

  async #remind(): Promise<void> {
    const { open, queue, log } = this.#parts;
    if (this.#forgotten) {
      const openings = open.all();
      log.info({ openings: openings.length, completions: this.#toResend.size }, 'queue.reminded');
      this.#forgotten = false; // unless it forgets again meanwhile
      await inBatches(openings, async (opening) => {
        if (open.has(opening.id)) await queue.open(opening);
        if (!open.has(opening.id)) await queue.withdraw(opening); // it ended meanwhile
      }).catch((error) => {
        this.#forgotten = true;
        throw error;
      });
    }
    await inBatches([...this.#toResend.values()], async (completion) => {
      await queue.close(completion);
      this.#toResend.delete(completion.id);
    });
  }

  async #shipOwn(): Promise<void> {
    const { spool, queue, open, log } = this.#parts;
    const { records } = spool.stats();
    if (records === 0) return;
    for (const segment of await spool.seal()) await shipSegment(segment, queue, (id) => open.has(id));
    log.info({ records }, 'spool.shipped');
  }

  async #adoptDeadSpools(): Promise<void> {
    if (this.#lookingAround || performance.now() - this.#lookedAroundAt < LOOK_AROUND_MS) return;
    this.#lookedAroundAt = performance.now();
    this.#lookingAround = true;
    try {
      this.#deadSpools.push(...(await this.#parts.spool.adopt(isReadable)));
    } catch (error) {
      this.#sayFailed(error);
    }
    this.#lookingAround = false;
  }

  /** One that fails goes to the end of the line: it may be its disk, and must not stand in the way of the others. */
  async #shipDeadSpools(): Promise<void> {
    for (let deadSpool = this.#deadSpools.shift(); deadSpool !== undefined; deadSpool = this.#deadSpools.shift()) {
      try {
        await this.#shipDeadSpool(deadSpool);
      } catch (error) {
        this.#deadSpools.push(deadSpool);
        throw error;
      }
    }
  }

  async #shipDeadSpool(deadSpool: DeadSpool): Promise<void> {
    const { queue, log } = this.#parts;
    const { lost, strange } = await shipDeadSpool(deadSpool, queue);
    log.warn({ spool: deadSpool.name, lost }, 'spool.adopted');
    if (strange.size > 0) log.warn({ spool: deadSpool.name, records: Object.fromEntries(strange) }, 'spool.kept');
  }
}
