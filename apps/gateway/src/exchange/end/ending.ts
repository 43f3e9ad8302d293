// Collects what goes other than well with one exchange, in the order in which it does, and what the client must be told.
import { isCounted, isUsageKnown, type Reading } from '../../dialects/dialect.ts';
import { reasonOf, WeirError } from '../../errors.ts';
import { DETAILS, type Outcome, outcomeOf, type Signal, type SignalName, shortfallOf } from './outcome.ts';

interface BodyEnd {
  /** Not if only half of its last frame came. */
  readonly clean: boolean;
  /** Answers of this kind have no other end than their body's. */
  readonly isEnough?: boolean | undefined;
}

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

  /** The answer came to its end by itself. */
  complete(reading: Reading, end: BodyEnd): void {
    const { failed, terminalSeen, finishReason, disbelief } = reading;
    this.#answerComplete = terminalSeen || (end.clean && (finishReason !== null || end.isEnough === true));
    const usageKnown = isCounted(reading) ? isUsageKnown(reading) : reading.mayLackUsage === true;
    const shortfall = shortfallOf({ failed, complete: this.#answerComplete, usageKnown });
    if (shortfall === 'stream_incomplete') this.fail(new WeirError(shortfall));
    else if (shortfall === 'usage_missing') this.fire(shortfall, disbelief?.detail);
    else if (shortfall !== null) this.fire(shortfall);
  }

  fail(error: unknown): void {
    const reason = error instanceof WeirError ? reasonOf(error.code) : null;
    const failure = reason === null ? new WeirError('internal', { cause: error }) : (error as WeirError);
    this.#failure ??= failure;
    this.fire(reason ?? 'internal', failure.message);
  }
}
