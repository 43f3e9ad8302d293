// How a request ended: from the signals that fired, in the order in which they fired, to one status and one reason. The
// first cause wins, and what followed from it is not a second one: an abort of ours shows up as a broken connection.

import { REASONS, type Reason, type Status } from '@weir/ledger/completion';
import { FAILURES, type FailureCode } from '../../errors.ts';

/** Everything that can go other than well, while this gateway lives to see it. */
export type SignalName = Exclude<Reason, 'gateway_lost'>;
export type Departure = 'client_disconnected' | 'client_stalled';

export interface Signal {
  readonly name: SignalName;
  /** One sentence for the row; never payload. */
  readonly detail: string;
}

export interface Outcome {
  readonly status: Status;
  readonly reason: SignalName | null;
  readonly detail: string | null;
}

/** What the row says beside the reason, where there is nothing more exact to say. */
export const DETAILS: Record<SignalName, string> = {
  client_disconnected: 'The client closed the connection before the end.',
  client_stalled: 'The client took nothing for too long.',
  drain_timeout: 'The client left, and the provider did not end in the time that it is read on for.',
  drain_refused: 'The client left, and reading to the end was not allowed.',
  usage_missing: 'The answer is complete, but the provider never reported usage.',
  upstream_error: 'The provider reported an error in its answer.',
  upstream_status: 'The provider refused the request.',
  ...sentencesOf(FAILURES),
};

const REFINES_A_DEPARTURE: readonly SignalName[] = ['drain_timeout', 'drain_refused'];

export const isDeparture = (name: SignalName): name is Departure =>
  name === 'client_disconnected' || name === 'client_stalled';

export function outcomeOf(signals: readonly Signal[]): Outcome {
  const [first] = signals;
  if (first === undefined) return { status: 'ok', reason: null, detail: null };
  const refining = signals.find((signal) => REFINES_A_DEPARTURE.includes(signal.name));
  const cause = isDeparture(first.name) ? (refining ?? first) : first;
  return { status: REASONS[cause.name], reason: cause.name, detail: cause.detail };
}

/** What an answer that came to its end lacks; null: it is complete, and its usage is known. */
export function shortfallOf(answer: { failed: boolean; complete: boolean; usageKnown: boolean }): SignalName | null {
  if (answer.failed) return 'upstream_error';
  if (!answer.complete) return 'stream_incomplete';
  return answer.usageKnown ? null : 'usage_missing';
}

function sentencesOf(failures: typeof FAILURES): Record<FailureCode, string> {
  const sentences = Object.entries(failures).map(([code, { says }]) => [code, says]);
  return Object.fromEntries(sentences) as Record<FailureCode, string>;
}
