// A line of a module → how to start its app so that it dies there, in the first request that comes by. See fault.ts.
import { fileURLToPath } from 'node:url';
import type { LaunchOptions } from '../support/installation.ts';

const FAULT = fileURLToPath(new URL('./fault.ts', import.meta.url));

/** `module` is the end of its path; the line is named by how it begins. */
export const dyingAt = (module: string, line: string): LaunchOptions => ({
  env: { WEIR_FAULT: `${module} ${line}` },
  nodeArgs: ['--import', FAULT],
});
