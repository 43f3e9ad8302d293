// Loaded before a program whose memory is measured: it says what the operating system counts for the process, as it is or
// after all garbage was collected and the pages were given back, as V8 does it when memory is short.
import { setTimeout as pause } from 'node:timers/promises';
import type { Told } from './orders.ts';

// What a second thread gives back is given back by then.
const PAUSE_MS = 500;

process.on('message', async ({ order }: Told) => {
  if (order === 'collect') {
    await globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    await pause(PAUSE_MS);
  }
  process.send?.({ done: process.memoryUsage.rss() });
});
