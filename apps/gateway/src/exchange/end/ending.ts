// Collects what goes other than well with one exchange, in the order in which it does, and what the client must be told.
import { isUsageKnown, type Reading } from '../../dialects/dialect.ts';
import { isFailure, WeirError } from '../../errors.ts';
import { DETAILS, type Outcome, outcomeOf, type Signal, type SignalName, shortfallOf } from './outcome.ts';

export class Ending {
  readonly #signals: Signal[] = [];
  #failure: WeirError | null = null;
  #answerComplete = false;

  /** What the client must be told, if it can still be told anything. */
  get failure(): WeirError | null {
    return this.#failure;
  }

  /** The provider said all that it had to say. */
  get answerComplete(): boolean {
    return this.#answerComplete;
  }

  get outcome(): Outcome {
    return outcomeOf(this.#signals);
  }

  fire(name: SignalName, detail: string = DETAILS[name]): void {
    this.#signals.push({ name, detail });
  }

  /** The answer came to its end by itself; not cleanly, if only half of its last frame came. */
  complete({ failed, terminalSeen, finishReason, ...said }: Reading, end: { clean: boolean }): void {
    this.#answerComplete = terminalSeen || (end.clean && finishReason !== null);
    const shortfall = shortfallOf({ failed, complete: this.#answerComplete, usageKnown: isUsageKnown(said) });
    if (shortfall === 'stream_incomplete') this.fail(new WeirError(shortfall));
    else if (shortfall === 'usage_missing') this.fire(shortfall, said.disbelief?.detail);
    else if (shortfall !== null) this.fire(shortfall);
  }

  fail(error: unknown): void {
    const known = error instanceof WeirError && isFailure(error.code);
    const failure = known ? error : new WeirError('internal', { cause: error });
    this.#failure ??= failure;
    this.fire(failure.code as SignalName, failure.message);
  }
}
