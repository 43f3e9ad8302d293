// What composes a request's completion → the same, but it always answers. A throw is a bug of ours: it is logged, and must
// cost neither the row nor the client, who waits until a completion is durable.
import type { Log } from '@weir/infra/log';
import type { Completion } from '@weir/ledger/completion';
import { lostCompletion, type Opening } from '@weir/ledger/opening';

interface SoundComposeOptions {
  readonly opening: Opening;
  readonly log: Pick<Log, 'error'>;
}

/** Where `compose` throws: what it said before, or all that the opening tells, as an `internal` error. */
export function createSoundCompose(compose: () => Completion, { opening, log }: SoundComposeOptions): () => Completion {
  let latest: Completion | undefined;
  let said = false;
  return () => {
    try {
      latest = compose();
    } catch (error) {
      if (!said) log.error({ request_id: opening.id, error }, 'completion.uncomposed');
      said = true;
      latest ??= unknownEnd(opening);
    }
    return latest;
  };
}

const unknownEnd = (opening: Opening): Completion => ({
  ...lostCompletion(opening, new Date()),
  reason: 'internal',
  detail: 'The gateway failed to say how this request ended.',
});
