// `npm start`: everything on one machine with nothing installed, until Ctrl-C.
import { spawnSync } from 'node:child_process';
import { helpText, orExit } from '../settings/settings.ts';
import { mainOf } from './app.ts';
import { bringUp } from './bring-up.ts';
import { makeWay } from './check-ports.ts';
import { report } from './problem.ts';
import { createProgress } from './progress.ts';
import { ASKED, createRun, untilOver } from './run.ts';
import { localSettings, readLocalSettings } from './settings.ts';
import { claimDirectory } from './single-instance.ts';
import { welcome } from './welcome.ts';

const KILLED = 130;

const argv = process.argv.slice(2);
if (argv.includes('--help') || argv.includes('-h')) help();
else await start().catch(report);

async function start(): Promise<void> {
  const { settings, gatewayArgs } = orExit(() => readLocalSettings({ env: process.env, argv }));
  const progress = createProgress(process.stdout);
  const claim = await claimDirectory(settings.weirDir);
  const run = createRun(progress);
  try {
    await makeWay(settings, { claim, run, progress });
    const everything = await bringUp({ settings, gatewayArgs, run, progress });
    progress.say(welcome(everything, { settings, env: process.env, style: progress.style }));
    process.send?.({ ready: true, url: everything.gateway.url, databaseUrl: everything.databaseUrl });
    await untilOver(run);
  } catch (error) {
    const reason = run.stopping.aborted ? run.stopping.reason : error;
    if (reason !== ASKED) report(reason);
  }
  await run.leave().catch(report);
  await claim.release();
  if (run.killing.aborted) process.exitCode = KILLED;
}

function help(): void {
  const command = { command: 'npm start --', summary: 'everything on one machine, with nothing installed' };
  process.stdout.write(`${helpText(localSettings, command)}\nEvery other flag is passed on to the gateway:\n\n`);
  spawnSync(process.execPath, [mainOf('gateway'), '--help'], { stdio: 'inherit' });
}
