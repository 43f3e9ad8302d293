// A completion → the id of its job, under which the queue takes it once.
import type { Completion } from '@weir/ledger/completion';

/**
 * The request's own, unless the completion is a mere guess: the queue takes but one of an id, and would drop the real one
 * in silence while the guess waits there.
 */
export const jobIdOf = ({ id, reason }: Completion): string => (reason === 'gateway_lost' ? `${id}-lost` : id);
