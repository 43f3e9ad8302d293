// What a test's fakes are to be asked, in this order, and what they answer. Whatever else they are asked throws, and
// fails the test at its end, should somebody have swallowed it.
import type { Log } from '@weir/infra/log';
import type { QueueWriter } from '@weir/infra/queue/writer';
import type { RecordSink } from '@weir/infra/sinks';

/** Nothing: it is done. An error: it is refused. A promise: the test says when, and what becomes of it. */
type Answer = Error | Promise<unknown> | undefined;

export class Script {
  readonly #lines: { readonly call: string; readonly answer: Answer }[] = [];
  readonly #surprises: string[] = [];
  readonly #whenever = new Map<string, Answer>();

  expect(call: string, answer?: Answer): this {
    this.#lines.push({ call, answer });
    return this;
  }

  /** The same answer to each of these. */
  expectAll(calls: readonly string[], answer?: Answer): this {
    for (const call of calls) this.expect(call, answer);
    return this;
  }

  /** This may be asked at any time, and as often as anybody likes. */
  allow(call: string, answer?: Answer): this {
    this.#whenever.set(call, answer);
    return this;
  }

  play(call: string): Answer {
    if (this.#whenever.has(call)) return this.#whenever.get(call);
    const [line] = this.#lines;
    if (line?.call !== call) {
      this.#surprises.push(`asked \`${call}\` where \`${line?.call ?? 'nothing'}\` was next`);
      throw new Error(this.#surprises[0]);
    }
    this.#lines.shift();
    return line.answer;
  }

  get isOver(): boolean {
    return this.#lines.length === 0;
  }

  /** Throws where something else was asked, or something was not. */
  end(): void {
    const missing = this.#lines.map(({ call }) => `nobody asked \`${call}\``);
    const faults = [...this.#surprises, ...missing];
    if (faults.length > 0) throw new Error(faults.join('\n'));
  }
}

/** As an async function of the script's: what it answers, as a promise. */
export async function playIn(script: Script, call: string): Promise<void> {
  const answer = script.play(call);
  if (answer instanceof Error) throw answer;
  await answer;
}

/** `queue.open a`, `queue.close a`, `queue.withdraw a` */
export const sinkIn = (script: Script, name: string): RecordSink => ({
  open: ({ id }) => playIn(script, `${name}.open ${id}`),
  close: ({ id }) => playIn(script, `${name}.close ${id}`),
  withdraw: ({ id }) => playIn(script, `${name}.withdraw ${id}`),
});

/** `register.open a`, `register.retire gateway-1 a` and so on. */
export const registerIn = (script: Script): QueueWriter['register'] => ({
  open: ({ id }) => playIn(script, `register.open ${id}`),
  retire: (gateway, id) => playIn(script, `register.retire ${gateway} ${id}`),
  beat: (gateway) => playIn(script, `register.beat ${gateway}`).then(() => 1), // the queue writer compares it
  leave: (gateway) => playIn(script, `register.leave ${gateway}`),
  count: async (counts) => {
    for (const { opened, closed } of counts) await playIn(script, `register.count ${opened} ${closed}`);
  },
});

/** `warn queue.away`, and behind it the request's id where there is one. */
export function logIn(script: Script): Log {
  const level = (name: string) => (fields: unknown, event?: string) => {
    const { request_id } = (typeof fields === 'string' ? {} : fields) as { request_id?: string };
    script.play([name, event ?? fields, request_id].filter(Boolean).join(' '));
  };
  const levels = { debug: level('debug'), info: level('info'), warn: level('warn'), error: level('error') };
  return { ...levels, fatal: level('fatal'), isLevelEnabled: () => true } as Log;
}
