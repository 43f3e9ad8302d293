// The files that Weir is deployed with, read as those read them who use them.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export const textOf = (path: string): string => readFileSync(ROOT + path, 'utf8');

/** Every file below these, by its path from the root. */
export function filesBelow(...directories: readonly string[]): string[] {
  return directories.flatMap((directory) =>
    readdirSync(ROOT + directory, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => `${entry.parentPath}/${entry.name}`.slice(ROOT.length)),
  );
}

interface Service {
  readonly image: string;
  readonly build?: { readonly target: string };
  readonly environment?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly stop_grace_period?: string;
}

export const composeServices = (): Record<string, Service> =>
  parse(textOf('infra/docker/compose.yaml'), { merge: true }).services;

export interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export const alerts = (): Alert[] =>
  parse(textOf('infra/prometheus/alerts.yml')).groups.flatMap(({ rules }: { rules: Alert[] }) => rules);

export const scrapeTargets = (job: string): string[] =>
  parse(textOf('infra/prometheus/prometheus.yml'))
    .scrape_configs.filter(({ job_name }: { job_name: string }) => job_name === job)
    .flatMap(({ static_configs }: { static_configs: { targets: string[] }[] }) => static_configs)
    .flatMap(({ targets }: { targets: string[] }) => targets);

export function dashboardQueries(): string[] {
  const { panels } = JSON.parse(textOf('infra/grafana/weir.json'));
  return panels.flatMap(({ targets = [] }: { targets?: { expr: string }[] }) => targets.map(({ expr }) => expr));
}

/** A directive's value, in seconds or bytes where it has a unit; the first one where there are several. */
export function nginxValue(directive: string): number {
  const [, value = '', unit = ''] =
    textOf('infra/nginx/weir.conf').match(new RegExp(`^ *${directive} (\\d+)([smhk]?);`, 'm')) ?? [];
  if (value === '') throw new Error(`infra/nginx/weir.conf has no ${directive}`);
  return Number(value) * (UNITS[directive.endsWith('size') ? `${unit}B` : unit] ?? 1);
}

const UNITS: Readonly<Record<string, number>> = { m: 60, h: 3600, kB: 1024, mB: 1024 ** 2 };
