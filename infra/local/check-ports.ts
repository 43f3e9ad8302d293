// Before anything is started: are the ports free? What a killed run left behind gets the time that it gives itself.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { stopLimitMs } from './app.ts';
import { workerMetricsPort } from './bring-up.ts';
import { embeddedPort } from './embedded-postgres.ts';
import { awaitFreePorts, demandFreePorts, type WantedPort } from './ports.ts';
import type { Progress } from './progress.ts';
import type { Run } from './run.ts';
import type { LocalSettings } from './settings.ts';
import type { Claim } from './single-instance.ts';

export async function makeWay(
  settings: LocalSettings,
  { claim, run, progress }: { claim: Claim; run: Run; progress: Progress },
): Promise<void> {
  const ports = appPorts(settings);
  if (claim.ownerWasKilled) {
    const patience = { timeoutMs: stopLimitMs(process.env), stopping: run.stopping };
    await progress.step(
      'last run',
      () => awaitFreePorts(ports, patience),
      () => 'was killed; waited for the rest of it',
    );
  }
  await demandFreePorts([...ports, ...postgresPorts(settings)]);
}

function appPorts(settings: LocalSettings): WantedPort[] {
  const { host, port, metricsHost, metricsPort } = settings;
  return [
    { host, port, holder: 'another web server', env: 'PORT (or --port)' },
    { host: metricsHost, port: metricsPort, holder: 'another gateway or a metrics exporter', env: 'METRICS_PORT' },
    {
      host: metricsHost,
      port: workerMetricsPort(settings),
      holder: 'another worker',
      env: 'METRICS_PORT, which it follows by one',
    },
  ];
}

/** Where a server may still run on our own data, its port is looked at after that one has been stopped. */
function postgresPorts({ databaseUrl, postgresPort, weirDir }: LocalSettings): WantedPort[] {
  if (databaseUrl !== undefined || existsSync(join(weirDir, 'postgres', 'postmaster.pid'))) return [];
  return [embeddedPort(postgresPort)];
}
