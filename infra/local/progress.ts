// What is being done, while it is done: one line a step, with how long it took. On a terminal the line is rewritten
// when the step is over; elsewhere a second one follows.
import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

export interface Progress {
  step<T>(name: string, work: () => Promise<T>, detail: (result: T) => string): Promise<T>;
  say(text: string): void;
  style(style: Style, text: string): string;
}

const NAME_WIDTH = 12;
// The cursor waits at the line's beginning, so that what an app prints meanwhile replaces the line.
const BEGIN_AGAIN = '\r';
const CLEAR_LINE = '\u001b[2K';

export function createProgress(out: NodeJS.WriteStream): Progress {
  // A terminal that is gone is no reason to leave processes behind.
  out.on('error', () => undefined);
  const rewrites = out.isTTY && process.env['TERM'] !== 'dumb';
  const style = (how: Style, text: string) => styleText(how, text, { stream: out });
  const line = (mark: string, name: string, detail: string) => `  ${mark} ${name.padEnd(NAME_WIDTH)} ${detail}`;
  const begin = (name: string) => out.write(`${line('·', name, '…')}${rewrites ? BEGIN_AGAIN : '\n'}`);
  const end = (text: string) => out.write(`${rewrites ? CLEAR_LINE : ''}${text}\n`);

  async function step<T>(name: string, work: () => Promise<T>, detail: (result: T) => string): Promise<T> {
    const began = performance.now();
    const took = () => style('dim', seconds(performance.now() - began));
    begin(name);
    try {
      const result = await work();
      end(`${line(style('green', '✔'), name, detail(result))}  ${took()}`);
      return result;
    } catch (error) {
      end(`${line(style('red', '✖'), name, 'not done')}  ${took()}`);
      throw error;
    }
  }

  return { step, style, say: (text) => out.write(`${text}\n`) };
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
