// SIGHUP ends a process that does not listen for it. Whoever loads this before all else listens from its first module on.
import { on } from 'node:events';

/**
 * Each that has come, and is to come; none ends the process. From a terminal it comes to a primary and to its gateways: what
 * follows, the primary says, and they read none of it.
 */
export const hangups: AsyncIterable<unknown> = on(process, 'SIGHUP');
