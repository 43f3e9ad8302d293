// Small defects, one at a time, each in a promise that some suite is to hold. Whoever adds a promise adds how it breaks.

export interface Mutant {
  /** What the gateway would then do wrong. */
  readonly name: string;
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly from: string;
  readonly to: string;
  /** Paths of suites, or beginnings of them; without any, all in the file's own folder. */
  readonly suites?: readonly string[];
}

const EXCHANGE = 'apps/gateway/src/exchange';
const HUB = [`${EXCHANGE}/relay.test.ts`, `${EXCHANGE}/relay-limits.test.ts`];

const PUMP: readonly Mutant[] = [
  {
    name: 'the pump does not wait for a full channel',
    file: `${EXCHANGE}/relay.ts`,
    from: 'if (full !== undefined) await full.then(() => attempt.silence.resume());',
    to: 'if (full !== undefined) attempt.silence.resume();',
    suites: HUB,
  },
  {
    name: "the time that a client was waited for counts as the provider's silence",
    file: `${EXCHANGE}/relay.ts`,
    from: 'await full.then(() => attempt.silence.resume());',
    to: 'await full;',
    suites: HUB,
  },
  {
    name: 'a defect of ours after the terminal frame is swallowed',
    file: `${EXCHANGE}/relay.ts`,
    from: '(holdback.ended && error instanceof WeirError)',
    to: 'holdback.ended',
    suites: HUB,
  },
  {
    name: 'an array that is never closed is complete',
    file: `${EXCHANGE}/relay.ts`,
    from: '(holdback.ended || !attempt.framing.isClosed)',
    to: 'true',
    suites: [...HUB, 'apps/gateway/src/dialects/gemini'],
  },
  {
    name: 'a stream goes on after a frame over the limit',
    file: `${EXCHANGE}/relay.ts`,
    from: 'if (splitter.tooLarge)',
    to: 'if (splitter.tooLarge && attempt.frames < 0)',
    suites: HUB,
  },
  {
    name: 'an answer that is no stream has no limit',
    file: `${EXCHANGE}/attempt/collect.ts`,
    from: 'if (attempt.bytes > maxBytes)',
    to: 'if (attempt.bytes > maxBytes && attempt.frames < 0)',
    suites: HUB,
  },
];

const TIMES: readonly Mutant[] = [
  {
    name: 'comments keep a stream alive for ever',
    file: `${EXCHANGE}/attempt/attempt.ts`,
    from: 'this.silence.since(this.meter.events)',
    to: 'this.silence.since(this.frames)',
    suites: HUB,
  },
  {
    name: 'the first event has the time that is given to silence between two',
    file: `${EXCHANGE}/attempt/attempt.ts`,
    from: 'this.meter.events === 0 ? headersTimeoutMs : idleTimeoutMs',
    to: 'idleTimeoutMs > headersTimeoutMs ? headersTimeoutMs : idleTimeoutMs',
    suites: HUB,
  },
  {
    name: 'the limit of a drain outlives it',
    file: `${EXCHANGE}/exchange.ts`,
    from: '    clearTimeout(this.#drainTimer ?? undefined);\n',
    to: '',
    suites: HUB,
  },
  {
    name: "the limit after a provider's last word outlives the answer",
    file: `${EXCHANGE}/attempt/attempt.ts`,
    from: '    clearTimeout(this.#hangUpTimer ?? undefined);\n',
    to: '',
    suites: HUB,
  },
  {
    name: 'a client that leaves after the end of its provider begins a drain',
    file: `${EXCHANGE}/exchange.ts`,
    from: 'if (!this.attempt.isOver) this.#drainOrAbort();',
    to: 'this.#drainOrAbort();',
    suites: HUB,
  },
  {
    name: 'a client that takes nothing of the end is waited for without a limit',
    file: `${EXCHANGE}/client/client.ts`,
    from: "    this.#res.setTimeout(this.#options.stallMs); // the server's own keep-alive timeout takes over once it is all sent\n",
    to: '',
  },
  {
    name: 'comments are sent after the end',
    file: `${EXCHANGE}/client/client.ts`,
    from: '    this.#keepalive?.stop();\n    this.#finished = true;',
    to: '    this.#finished = true;',
  },
];

const ENDS: readonly Mutant[] = [
  {
    name: 'the row of an answer that went well has no client_ms',
    file: `${EXCHANGE}/end/settle.ts`,
    from: '    exchange.timings.clientDone();\n',
    to: '',
    suites: HUB,
  },
  {
    name: 'a completion that is durable is cut with the rest',
    file: `${EXCHANGE}/end/settle.ts`,
    from: '    exchange.settled = true;\n',
    to: '',
  },
  {
    name: 'requests are not counted',
    file: `${EXCHANGE}/end/settle.ts`,
    from: '    metrics.settled(completion);\n',
    to: '',
  },
  {
    name: 'a stop does not wait until clients have their bytes',
    file: `${EXCHANGE}/in-flight.ts`,
    from: '      await exchange.outlet.done;\n',
    to: '',
  },
  {
    name: 'a stop cuts what is settled',
    file: `${EXCHANGE}/in-flight.ts`,
    from: 'if (!exchange.settled) exchange.cut();',
    to: 'exchange.cut();',
  },
  {
    name: 'a stop tells a client that lacks nothing but its end that it is cut',
    file: `${EXCHANGE}/exchange.ts`,
    from: 'if (!(outlet.isEmpty && (attempt.isOver || attempt.holdback.ended))) {',
    to: 'if (attempt.frames >= 0) {',
    suites: HUB,
  },
  {
    name: 'an answer is released before it is durable',
    file: `${EXCHANGE}/end/settle.ts`,
    from: 'const completion = await outbox.close(compose, exchange.parts.opening);',
    to: 'const completion = compose(); void outbox.close(compose, exchange.parts.opening);',
  },
];

const METER: readonly Mutant[] = [
  {
    name: 'frames in the middle of an answer are not counted as events',
    file: `${EXCHANGE}/attempt/meter.ts`,
    from: '        this.#events += 1;\n        return CONTENT;',
    to: '        return CONTENT;',
  },
  {
    name: 'frames that cannot be read are not counted',
    file: `${EXCHANGE}/attempt/meter.ts`,
    from: 'if (sight === null) this.#unreadable += 1;',
    to: '',
  },
  {
    name: "a provider's usage may be said of any number of choices",
    file: 'apps/gateway/src/dialects/openai/openai-chat.ts',
    from: 'this.#usageByChoice.size === MOST_CHOICES',
    to: 'this.#usageByChoice.size < 0',
    suites: ['apps/gateway/src/dialects/disbelief.test.ts'],
  },
  {
    name: "Anthropic's usage may grow without end",
    file: 'apps/gateway/src/dialects/anthropic/anthropic-messages.ts',
    from: 'both !== null && isShort(both)',
    to: 'both !== null',
    suites: ['apps/gateway/src/dialects/disbelief.test.ts'],
  },
];

const DOOR: readonly Mutant[] = [
  {
    name: 'a body that waits to be unpacked is not taken by its size',
    file: 'apps/gateway/src/body/unpackers.ts',
    from: 'one.bytes < least.bytes ? one : least',
    to: 'one.bytes < least.bytes ? least : least',
    suites: ['apps/gateway/src/body/unpackers.test.ts'],
  },
  {
    name: 'a form may have a boundary of any length',
    file: 'apps/gateway/src/dialects/form-scan.ts',
    from: '(boundary?.length ?? 0) > MAX_BOUNDARY_LENGTH',
    to: '(boundary?.length ?? 0) < 0',
    suites: ['apps/gateway/src/dialects/form.test.ts'],
  },
  {
    name: 'interim answers put off the limit for the first one',
    file: 'apps/gateway/src/upstream/response-handler.ts',
    from: 'performance.now() - this.#startedAt > this.#headersTimeoutMs',
    to: 'this.#startedAt < 0',
  },
];

const DIALECTS = 'apps/gateway/src/dialects';

const PASSAGE: readonly Mutant[] = [
  {
    name: 'whatever one does with a model costs nothing',
    file: `${DIALECTS}/safe-calls.ts`,
    from: 'safe.method === method && ',
    to: '',
    suites: [`${DIALECTS}/safe-calls.test.ts`],
  },
  {
    name: 'what may cost something passes without a row',
    file: 'apps/gateway/src/routing/pass-rules.ts',
    from: "isSafe ? 'free' : 'recorded'",
    to: "'free'",
  },
  {
    name: 'escapes may hide what a path is',
    file: `${DIALECTS}/spelling.ts`,
    from: ' || HIDDEN.test(path)',
    to: '',
    suites: [`${DIALECTS}/spelling.test.ts`],
  },
  {
    name: 'a metered path passes with another version',
    file: `${DIALECTS}/spelling.ts`,
    from: ' || isNearlyMetered(text)',
    to: '',
    suites: [`${DIALECTS}/spelling.test.ts`],
  },
  {
    name: 'a form goes on behind its end',
    file: `${DIALECTS}/form-scan.ts`,
    from: "if (this.#isClosed) throw refusal('The form goes on after its end.');",
    to: '',
    suites: [`${DIALECTS}/form.test.ts`],
  },
  {
    name: 'a form has two models',
    file: `${DIALECTS}/form-scan.ts`,
    from: 'if (this.#seen.has(name))',
    to: 'if (this.#seen.has(head))',
    suites: [`${DIALECTS}/form.test.ts`],
  },
  {
    name: 'a delimiter that is cut is not seen',
    file: `${DIALECTS}/form-scan.ts`,
    from: 'bytes.length - this.#delimiter.length',
    to: 'bytes.length',
    suites: [`${DIALECTS}/form.test.ts`],
  },
];

export const MUTANTS: readonly Mutant[] = [...PUMP, ...TIMES, ...ENDS, ...METER, ...DOOR, ...PASSAGE];
