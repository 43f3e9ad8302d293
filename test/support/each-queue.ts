// The same journeys twice: with the queue on Redis, and with everything on Postgres, as `npm start` has it.
import { describe } from '@jest/globals';
import { servers } from './queue-servers.ts';
import type { QueueOn } from './worker-home.ts';

export function onEachQueue(journeys: (queueOn: QueueOn) => void): void {
  for (const { name, missing } of servers) {
    (missing ? describe.skip : describe)(`with the queue on ${name}`, () => journeys(name as QueueOn));
  }
}
