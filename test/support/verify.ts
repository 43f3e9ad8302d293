// `npm run verify`, as an operator runs it after an outage → what it finds wrong, if anything.

import type { Installation } from './installation.ts';
import { runProcess } from './processes.ts';

const WAIT_S = 60;

export async function troublesOfVerify({ home }: Installation, spoolDir: string): Promise<string[]> {
  const env = { ...home.env, SPOOL_DIR: spoolDir };
  const { code, stdout, stderr } = await runProcess('infra/verify/main.ts', { args: ['--wait', String(WAIT_S)], env });
  const isClean = code === 0 && stdout.endsWith('\nverify: nothing is missing\n');
  return isClean ? [] : [`npm run verify ended with ${code}:\n${stdout || stderr}`];
}
