// Turns the environment and the command line into typed settings. Each setting is declared once, with its name, default
// and meaning; the flag is the variable's name in kebab case, and wins over it.

export interface Setting<T> {
  readonly env: string;
  readonly help: string;
  /** Undefined makes the setting optional: absent, it reads as undefined. */
  readonly fallback: T;
  /** What the flag means when it stands alone, as in `--trailing-metadata`. */
  readonly bare?: string;
  /** A secret is never printed, neither in help nor in errors. */
  readonly secret?: boolean;
  /** The values it takes, in words: "a whole number from 1 to 65535". */
  readonly takes: string;
  /** Undefined refuses the text. */
  readonly read: (text: string) => T | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: a table of settings holds settings of every type
export type Settings = Record<string, Setting<any>>;
export type Values<S extends Settings> = { [K in keyof S]: S[K] extends Setting<infer T> ? T : never };

export class SettingsError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'SettingsError';
    this.problems = problems;
  }
}

export function readSettings<S extends Settings>(
  settings: S,
  from: { env: Record<string, string | undefined>; argv: readonly string[] },
): Values<S> {
  const problems: string[] = [];
  const flags = readFlags(settings, from.argv, problems);
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(settings)) {
    const flag = flags.get(flagOf(setting));
    const text = flag ?? from.env[setting.env];
    const source = flag === undefined ? setting.env : flagOf(setting);
    values[name] = readOne(setting, source, text, problems);
  }
  if (problems.length > 0) throw new SettingsError(problems);
  return values as Values<S>;
}

/** `--help`: one line a setting, secrets without their values. */
export function helpText(settings: Settings, usage: { command: string; summary: string }): string {
  const rows = Object.values(settings).map((setting) => {
    const fallback = setting.fallback === undefined || setting.secret ? '' : ` (default ${shown(setting.fallback)})`;
    return `  ${flagOf(setting).padEnd(24)} ${setting.env.padEnd(22)} ${setting.help}${fallback}`;
  });
  return [
    `${usage.command}: ${usage.summary}`,
    '',
    `  ${'flag'.padEnd(24)} ${'environment'.padEnd(22)} meaning`,
    ...rows,
    '',
  ].join('\n');
}

/** For an app's entry: prints help and ends with 0, or names every bad value and ends with 2. */
export function loadSettings<S extends Settings>(settings: S, usage: { command: string; summary: string }): Values<S> {
  const argv = process.argv.slice(2);
  if (argv.includes('--help') || argv.includes('-h')) {
    process.stdout.write(helpText(settings, usage));
    process.exit(0);
  }
  return orExit(() => readSettings(settings, { env: process.env, argv }));
}

/** Runs what may refuse a setting: its SettingsError is printed, a line a problem, and ends the process with 2. */
export function orExit<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`${error.problems.join('\n')}\n`);
    process.exit(2);
  }
}

const shown = (value: unknown): string => (typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value));

const flagOf = (setting: Pick<Setting<unknown>, 'env'>) => `--${setting.env.toLowerCase().replaceAll('_', '-')}`;

function readFlags(settings: Settings, argv: readonly string[], problems: string[]): Map<string, string> {
  const known = new Map(Object.values(settings).map((setting) => [flagOf(setting), setting]));
  const flags = new Map<string, string>();
  for (let at = 0; at < argv.length; at += 1) {
    const [flag = '', ...rest] = (argv[at] as string).split('=');
    const setting = known.get(flag);
    const next = argv[at + 1];
    if (setting === undefined) {
      // A word of its own may be the value of a flag that was misspelt, and a secret.
      problems.push(
        `${flag.startsWith('-') ? flag : 'a word without a flag'} is not an option here; --help lists them`,
      );
      if (flag.startsWith('-') && next !== undefined && !next.startsWith('-')) at += 1;
      continue;
    }
    const nextIsValue = setting.bare === undefined ? next !== undefined : next !== undefined && !next.startsWith('-');
    if (rest.length > 0) flags.set(flag, rest.join('='));
    else if (nextIsValue) flags.set(flag, argv[++at] as string);
    else if (setting.bare !== undefined) flags.set(flag, setting.bare);
    else problems.push(`${flag} needs a value: ${setting.takes}`);
  }
  return flags;
}

function readOne(setting: Setting<unknown>, source: string, text: string | undefined, problems: string[]): unknown {
  if (text === undefined || text.trim() === '') return setting.fallback;
  const value = setting.read(text.trim());
  if (value === undefined) {
    const shown = setting.secret ? '' : `, not ${JSON.stringify(text)}`;
    problems.push(`${source} must be ${setting.takes}${shown}`);
  }
  return value;
}
