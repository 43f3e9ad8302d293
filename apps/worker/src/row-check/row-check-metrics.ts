// What the row check finds.
import { Gauge, type Registry } from 'prom-client';

export interface RowCheckMetrics {
  /** By gateway; those of which nothing is missing are among them. */
  missing(perGateway: ReadonlyMap<string, number>): void;
  /** Something that has to be asked did not answer, or there is too much to ask about. */
  unknown(): void;
}

export function createRowCheckMetrics(registry: Registry): RowCheckMetrics {
  const missing = new Gauge({
    name: 'weir_rows_missing',
    help: 'Requests that a gateway counted, of the last day, which have no row and are not in the queue: 0, or some are lost',
    labelNames: ['gateway'],
    registers: [registry],
  });
  return {
    missing(perGateway) {
      missing.reset();
      for (const [gateway, count] of perGateway) missing.set({ gateway }, count);
    },
    unknown: () => missing.reset(),
  };
}
