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
    from: 'this.silence.lap());\n    this.#refuseSilence(this.meter.events)',
    to: 'this.silence.lap());\n    this.#refuseSilence(this.frames)',
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
    from: '    this.#hangUp?.stop();\n',
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

const BEGINNINGS: readonly Mutant[] = [
  {
    name: 'what cannot be read of a stream is dropped',
    file: `${EXCHANGE}/attempt/attempt.ts`,
    from: '(this.meter.seeWhole(rest) ?? OTHER)',
    to: 'this.meter.seeWhole(rest)',
    suites: HUB,
  },
  {
    name: 'JSON before the events of a stream is taken for the whole answer',
    file: `${EXCHANGE}/attempt/meter.ts`,
    from: '!failed && finishReason === null && usage === null',
    to: '!failed && finishReason !== null && usage !== null',
    suites: HUB,
  },
  {
    name: 'a line that never ends keeps an answer open before its first event',
    file: `${EXCHANGE}/attempt/attempt.ts`,
    from: 'this.meter.events === 0 || !this.#hasBegun(pending)',
    to: '!this.#hasBegun(pending)',
    suites: HUB,
  },
  {
    name: 'blank lines keep a stream open',
    file: `${EXCHANGE}/attempt/attempt.ts`,
    from: 'this.meter.events === 0 || !this.#hasBegun(pending)',
    to: 'this.meter.events === 0',
    suites: HUB,
  },
  {
    name: 'comments put off the hang-up',
    file: `${EXCHANGE}/attempt/hang-up.ts`,
    from: 'if (saysMore && mayGoOn) ',
    to: 'if (mayGoOn) ',
    suites: HUB,
  },
  {
    name: 'a provider may keep the end from its client for ever',
    file: `${EXCHANGE}/attempt/hang-up.ts`,
    from: ' && performance.now() - this.#beganAt < this.#mostMs',
    to: '',
    suites: HUB,
  },
  {
    name: 'what follows the terminal frame puts off the hang-up',
    file: `${EXCHANGE}/attempt/hang-up.ts`,
    from: '!this.#isFinished && ',
    to: '',
    suites: HUB,
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

const PRICING = 'prisma/src/pricing';

const COSTS: readonly Mutant[] = [
  {
    name: 'what is kept for an hour costs what is kept for five minutes',
    file: `${PRICING}/rates.ts`,
    from: 'return tokens.cache_write === undefined ? tokens.input : undefined;',
    to: 'return tokens.cache_write ?? tokens.input;',
  },
  {
    name: 'a tier whose price nobody knows costs what the usual one does',
    file: `${PRICING}/known-prices.ts`,
    from: "return call.tier === null ? ratesAt(found, call.inputTokens) : 'tier';",
    to: 'return ratesAt(found, call.inputTokens);',
  },
  {
    name: 'a tool whose price nobody knows is free',
    file: `${PRICING}/charges.ts`,
    from: "else if (!isMeasure(kind)) return 'tool';",
    to: 'else if (!isMeasure(kind)) continue;',
  },
  {
    name: 'sound whose price nobody knows costs what text does',
    file: `${PRICING}/token-kinds.ts`,
    from: 'rates.tokens.input_audio === undefined && !rates.soundIsInput',
    to: 'false',
  },
  {
    name: 'what was read from a cache cannot have been written to it',
    file: 'apps/gateway/src/dialects/tokens.ts',
    from: 'Math.min(cacheWrite, input)',
    to: 'Math.min(cacheWrite, input - Math.min(cachedInput, input))',
    suites: ['apps/gateway/src/dialects/tokens.test.ts'],
  },
  {
    name: 'the provider is asked for its bill only where the operator has no price',
    file: `${PRICING}/prices.ts`,
    from: 'const stated = statedBill(row);',
    to: 'const stated = row.priceOverride === null ? statedBill(row) : undefined;',
  },
  {
    name: 'the first of several lists is believed, whatever the others say',
    file: `${PRICING}/known-rates.ts`,
    from: 'others.some((other) =>',
    to: 'false && others.some((other) =>',
  },
  {
    name: 'what the simulator says has a price',
    file: `${PRICING}/prices.ts`,
    from: "if (pricedAs === SIMULATOR) return 'simulated';",
    to: '',
  },
  {
    name: 'a sum is rounded at each of its parts',
    file: 'prisma/src/money.ts',
    from: 'exact += exactly(charge);',
    to: 'exact = charged * UNITS_OF_PICO + exactly(charge);',
  },
  {
    name: 'a rule that is never reached is taken',
    file: 'apps/gateway/src/settings/upstreams-file.ts',
    from: 'refuse(shadowedRules(routing), source);',
    to: '',
  },
  {
    name: 'a call of an API that nobody knows costs what a list says of its tokens',
    file: `${PRICING}/prices.ts`,
    from: "if (row.dialect === OPAQUE) return 'rate';",
    to: '',
  },
  {
    name: 'what comes out is charged as text, whatever it is',
    file: `${PRICING}/token-kinds.ts`,
    from: '(modality !== onlyOutput || said < outputTokens)',
    to: 'said < outputTokens',
  },
  {
    name: "a provider's own bill holds only where tokens are told beside it",
    file: `${PRICING}/prices.ts`,
    from: 'billStated(row) ?? notCounted(row)',
    to: 'notCounted(row) ?? billStated(row)',
  },
  {
    name: 'a later reading of a response is billed again',
    file: 'prisma/src/billed-once.ts',
    from: 'first.has(keyOf(entry)) ? entry',
    to: 'first.size > 0 ? entry',
    suites: ['test/contract/ledger.test.ts'],
  },
  {
    name: 'a row that is refused keeps what it claimed',
    file: 'prisma/src/transaction.ts',
    from: "await client.query('BEGIN');",
    to: '',
    suites: ['test/contract/ledger.test.ts'],
  },
  {
    name: 'replays that the ledger finds are not counted',
    file: 'apps/worker/src/posting/metrics.ts',
    from: "replays.has(id) ? 'replay' : unpriced",
    to: 'unpriced',
  },
  {
    name: 'what the simulator says is counted among what has no price',
    file: 'apps/worker/src/posting/metrics.ts',
    from: "if (reason !== 'simulated') counter.inc(",
    to: 'counter.inc(',
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
    file: 'apps/gateway/src/dialects/form-boundary.ts',
    from: 'boundary.length > MAX_LENGTH',
    to: 'boundary.length < 0',
    suites: ['apps/gateway/src/dialects/form'],
  },
  {
    name: 'interim answers put off the limit for the first one',
    file: 'apps/gateway/src/upstream/response-handler.ts',
    from: 'performance.now() - this.#startedAt > this.#headersTimeoutMs',
    to: 'this.#startedAt < 0',
  },
];

const SINKS: readonly Mutant[] = [
  {
    name: 'a completion is closed without coming to the queue',
    file: 'infra/sinks/queue-sink.ts',
    from: '      await add(completion);\n',
    to: '',
    suites: ['test/contract/sink.test.ts'],
  },
  {
    name: 'what is withdrawn stands in the spool as opened',
    file: 'infra/sinks/spool-sink.ts',
    from: "verb: 'withdraw', opening",
    to: "verb: 'open', opening",
    suites: ['test/contract/sink.test.ts'],
  },
];

const CROSSING: readonly Mutant[] = [
  {
    name: 'a caller chooses whose account pays, where the gateway does',
    file: `${EXCHANGE}/attempt/outgoing-headers.ts`,
    from: '[...PAYER_HEADERS, ...ours]',
    to: "['authorization', 'x-api-key', 'api-key', 'x-goog-api-key', ...ours]",
  },
  {
    name: 'a balancer’s headers go to the provider',
    file: 'apps/gateway/src/upstream/headers.ts',
    from: ' || OF_A_KIND.test(name)',
    to: '',
  },
  {
    name: 'an operator’s own header may carry a key',
    file: 'apps/gateway/src/settings/upstream-headers.ts',
    from: 'CREDENTIALS.includes(name)',
    to: 'CREDENTIALS.length === 0',
  },
  {
    name: 'what a provider says to the gateway’s own key reaches the caller',
    file: 'apps/gateway/src/upstream/send.ts',
    from: 'upstream.apiKey !== undefined && REFUSES_KEY',
    to: 'upstream.apiKey === undefined && REFUSES_KEY',
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

const ENTRANCE: readonly Mutant[] = [
  {
    name: 'a key counts in the header that is for the credential of a caller who pays',
    file: 'apps/gateway/src/admission/admission.ts',
    from: 'weirKey ?? (destination.apiKey === undefined ? null : credential)',
    to: 'weirKey ?? credential',
  },
  {
    name: 'a wrong x-weir-key is passed over',
    file: 'apps/gateway/src/admission/admission.ts',
    from: 'weirKey ?? (destination',
    to: '(isGatewayKey(weirKey) ? weirKey : null) ?? (destination',
  },
  {
    name: 'a key of the gateway that was sent twice goes upstream',
    file: 'apps/gateway/src/admission/key-search.ts',
    from: '[text.trim(), ...text.split(/[\\s,]+/), ...parts, ...behindNames, ...text.split(/["\'=,;\\s]+/)]',
    to: '[text.trim()]',
    suites: [`${EXCHANGE}/attempt/outgoing-headers.test.ts`],
  },
  {
    name: 'any name is a name of the listener',
    file: 'apps/gateway/src/http/pages/host-names.ts',
    from: 'isIP(name) !== 0',
    to: 'name.length >= isIP(name)',
  },
  {
    name: 'a page that hides its origin is served',
    file: 'apps/gateway/src/http/pages/refuse-pages.ts',
    from: '!corsOrigins.includes(origin)',
    to: "origin !== 'null' && !corsOrigins.includes(origin)",
  },
  {
    name: 'connections that were given up are not closed',
    file: 'apps/gateway/src/upstream/connections.ts',
    from: 'await this.#pool.close();',
    to: '',
  },
  {
    name: 'an upstream that moved keeps its connections',
    file: 'apps/gateway/src/upstream/upstream.ts',
    from: "['name', 'url', ",
    to: "['name', ",
    suites: ['apps/gateway/src/rules.test.ts'],
  },
];

const ALL = [PUMP, TIMES, BEGINNINGS, ENDS, METER, COSTS, DOOR, ENTRANCE, SINKS, CROSSING, PASSAGE];

export const MUTANTS: readonly Mutant[] = ALL.flat();

/** Whether it can be made in this source. */
export function fits({ from }: Mutant, source: string): boolean {
  return source.split(from).length === 2;
}
