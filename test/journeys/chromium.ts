// A real browser that shows one page and is gone: names that it would ask DNS for are all on this machine.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROGRAM = ['chromium', 'chromium-browser', 'google-chrome'].find(
  (program) => spawnSync(program, ['--version']).error === undefined,
);

/** Why no page can be shown; undefined where one can. */
export const chromiumMissing: string | undefined = PROGRAM === undefined ? 'no chromium on the PATH' : undefined;

if (chromiumMissing !== undefined) process.stderr.write(`SKIPPED: what needs a browser: ${chromiumMissing}\n`);

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--no-proxy-server',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * 127.0.0.1, EXCLUDE 127.0.0.1',
];

/** Until `seen` is over, which the page itself must bring about. */
export async function show<T>(url: string, seen: Promise<T>): Promise<T> {
  if (PROGRAM === undefined) throw new Error(chromiumMissing);
  const profile = await mkdtemp(join(tmpdir(), 'weir-chromium-'));
  const args = [...FLAGS, `--user-data-dir=${profile}`, '--remote-debugging-port=0', url]; // with that port it stays
  const browser = spawn(PROGRAM, args, { detached: true, stdio: 'ignore' });
  const ended = once(browser, 'exit');
  const early = ended.then(([code]) =>
    Promise.reject(new Error(`${PROGRAM} ended with ${code} before it had shown ${url}`)),
  );
  try {
    return await Promise.race([seen, early]);
  } finally {
    early.catch(() => undefined);
    if (browser.exitCode === null && browser.pid !== undefined) process.kill(-browser.pid, 'SIGKILL'); // all its processes
    await ended;
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}
