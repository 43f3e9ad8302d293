// What an app's metrics port says, as Prometheus would read it.
import { setTimeout as pause } from 'node:timers/promises';
import type { Launched } from './processes.ts';

type Labels = Readonly<Record<string, string>>;

export interface Scrape {
  /** Undefined where there is no such sample. */
  value(name: string, labels?: Labels): number | undefined;
  /** All samples of one name, by their labels as they stand there. */
  all(name: string): Record<string, number>;
  /** What there is to know of each metric, by name. */
  readonly metrics: ReadonlyMap<string, { readonly help: string; readonly type: string }>;
}

export async function scrape(app: Launched): Promise<Scrape> {
  const { metricsUrl } = await app.ready;
  const text = await (await fetch(`${metricsUrl}/metrics`)).text();
  return {
    value: (name, labels = {}) => all(text, name)[labelsIn(labels)],
    all: (name) => all(text, name),
    metrics: new Map(
      [...text.matchAll(/^# HELP (\w+) ?(.*)\n# TYPE \1 (\w+)$/gm)].map(([, name = '', help = '', type = '']) => [
        name,
        { help, type },
      ]),
    ),
  };
}

/** Asks again and again: nobody tells when a gauge moves. */
export async function scrapeUntil(app: Launched, holds: (scraped: Scrape) => boolean): Promise<Scrape> {
  for (;;) {
    const scraped = await scrape(app);
    if (holds(scraped)) return scraped;
    await pause(20);
  }
}

function all(text: string, name: string): Record<string, number> {
  const samples = text.matchAll(new RegExp(`^${name}(?:\\{(.*)\\})? (\\S+)$`, 'gm'));
  return Object.fromEntries([...samples].map(([, labels = '', value]) => [labels, Number(value)]));
}

const labelsIn = (labels: Labels): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',');
