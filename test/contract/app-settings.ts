// What an app can be told, as its own --help says: every variable, with its default.
import { runProcess } from '../support/processes.ts';

/** The default by variable; empty where there is none, or it is a secret. */
export type AppSettings = ReadonlyMap<string, string>;

const LINE = /^ {2}--[\w-]+ +([A-Z][A-Z_]*) +.*?(?:\(default (.*)\))?$/gm;

export async function settingsOf(program: string): Promise<AppSettings> {
  const { code, stdout, output } = await runProcess(program, { args: ['--help'] });
  const settings = new Map([...stdout.matchAll(LINE)].map(([, name = '', fallback = '']) => [name, fallback]));
  if (code !== 0 || settings.size === 0) throw new Error(`${program} --help says nothing of its settings:\n${output}`);
  return settings;
}

/** Rejects what is no number: a setting that is gone, or has no default. */
export function numberIn(settings: AppSettings, name: string): number {
  const value = settings.get(name) ?? '';
  if (!/^\d+$/.test(value)) throw new Error(`${name} is no number by default: "${value}"`);
  return Number(value);
}
