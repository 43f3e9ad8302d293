// What is wanted → measured, printed and written down. The exit code: 0, or 1 where it is a short run that finds a ratio
// over twice its bound in each round.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchOptions } from './arguments.ts';
import { findingOf, isFarOver } from './finding.ts';
import { hottestOf, type Profile } from './hottest.ts';
import { openPlace, type Place } from './place.ts';
import { placesFor, writeResults } from './results.ts';
import { runRounds } from './rounds.ts';
import { SCENARIOS } from './scenarios.ts';
import { sideBySide } from './side-by-side.ts';
import { type Section, tableOf } from './table.ts';

export interface BenchDeps {
  readonly print: (line: string) => void;
  /** Hears of the progress. */
  readonly say: (line: string) => void;
  readonly stopping: AbortSignal;
}

const HOTTEST = 25;
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SCRATCH = join(ROOT, '.weir/bench');

export async function bench(options: BenchOptions, { print, say, stopping }: BenchDeps): Promise<number> {
  const profile = `gateway-${options.only.join('-')}.cpuprofile`;
  const nodeArgs = options.profGateway ? ['--cpu-prof', '--cpu-prof-dir', SCRATCH, '--cpu-prof-name', profile] : [];
  say('starting Redis, Postgres, a worker, the provider and the load');
  const place = await openPlace({ nodeArgs, rehearsed: options.rehearsed, against: options.against, say });
  let sections: Section[];
  try {
    sections = await Promise.race([measureAll(options, place, say), aborted(stopping)]);
  } finally {
    await place.close();
  }
  const places = placesFor(options, ROOT);
  await writeResults(places, { options, sections, rows: place.books.asked });
  for (const line of tableOf(sections)) print(line);
  print(`\nwritten: ${Object.values(places).join(', ')}`);
  if (options.profGateway) for (const line of await profiled(join(SCRATCH, profile))) print(line);
  const farOver = options.short ? farOverIn(sections) : [];
  for (const name of farOver) say(`${name} is over twice its bound in each round`);
  return farOver.length > 0 ? 1 : 0;
}

async function measureAll(options: BenchOptions, place: Place, say: BenchDeps['say']): Promise<Section[]> {
  const sections: Section[] = [];
  const wanted = SCENARIOS.filter(({ name }) => options.only.includes(name));
  const scenarios = options.against === undefined ? wanted : wanted.map(sideBySide);
  for (const scenario of scenarios.filter(({ figures }) => figures.length > 0)) {
    const samples = await runRounds(scenario, place, { ...options, say });
    const findings = scenario.figures.flatMap((figure) => findingOf(figure, samples) ?? []);
    sections.push({ scenario, findings });
  }
  say(`${place.books.asked} requests, and as many rows: ${await place.books.endings()}`);
  return sections;
}

const farOverIn = (sections: readonly Section[]): string[] =>
  sections.flatMap(({ scenario, findings }) =>
    findings.filter(isFarOver).map(({ figure }) => `${scenario.name}: ${figure.label}`),
  );

async function profiled(path: string): Promise<string[]> {
  const profile: Profile = JSON.parse(await readFile(path, 'utf8'));
  return [`the gateway's CPU profile, from its start to its end: ${path}`, ...hottestOf(profile, HOTTEST)];
}

async function aborted(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort');
  throw new Error('stopped before its end');
}
