// The end of a response that was read by its id. Where it tells what a response cost that was made in the background, it is
// settled like any other. Where it does not, nothing is to be kept of it, and its opening is withdrawn.

import type { Exchange } from '../exchange.ts';
import type { Gateway } from '../services.ts';
import { replyTo } from './reply.ts';

export function createSettlePoll({ steps: { settle }, outbox, metrics, log }: Gateway) {
  return async function settlePoll(exchange: Exchange): Promise<void> {
    const { background, usage } = exchange.attempt.reading();
    if (background === true && usage !== null) return settle(exchange);
    exchange.timings.clientDone();
    await outbox.withdraw(exchange.parts.opening);
    exchange.settled = true;
    const { failure } = exchange.ending;
    if (failure !== null) metrics.callFailed(failure.code);
    try {
      replyTo(exchange).release(null);
    } catch (error) {
      log.error({ request_id: exchange.parts.call.id, error }, 'response.failed');
      exchange.outlet.destroy();
    }
  };
}
