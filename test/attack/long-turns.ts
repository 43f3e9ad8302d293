// Loaded before an app (`node --import`): writes down how much of its thread's CPU goes by from one turn of its event loop to
// the next, in milliseconds, a line each, where it is much. That is how long everybody else waits for it, on a machine that
// has nothing else to do: what others on this machine take does not count.
import { appendFileSync } from 'node:fs';

const EVERY_MS = 2;
const MUCH_MS = 10;

const file = process.env['WEIR_LONG_TURNS'] ?? '';
let before = process.threadCpuUsage();

setInterval(() => {
  const { user, system } = process.threadCpuUsage(before);
  const ms = (user + system) / 1000;
  if (ms >= MUCH_MS) appendFileSync(file, `${ms}\n`);
  before = process.threadCpuUsage();
}, EVERY_MS).unref();
