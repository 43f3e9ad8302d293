// OpenAI Chat Completions, and everybody who speaks it. Asks for usage on every stream, reads it wherever it comes, and
// knows the two ways in which an answer ends: `[DONE]`, and an error.
import type { Buffer } from 'node:buffer';
import type { SseEvent } from '../../sse/event.ts';
import { isEventStream, sseFraming } from '../../sse/framing.ts';
import type { Dialect, FrameInfo, Reader, Reading } from '../dialect.ts';
import { OTHER } from '../dialect.ts';
import { isFilled, isObject, type JsonObject, objectIn, objectsIn, parseJson, textIn } from '../json.ts';
import type { Tokens } from '../tokens.ts';
import { isKept, partlyKept, UNREPORTED, type UsageReading } from '../usage-reading.ts';
import { askOpenAiChat } from './openai-chat-ask.ts';
import { openAiError, saysError } from './openai-error.ts';
import { allZero, countsTokens, openAiUsage } from './openai-usage.ts';

export const openAiChat: Dialect = {
  name: 'openai-chat',
  ask: askOpenAiChat,
  framing: (contentType) => (isEventStream(contentType) ? sseFraming : null),
  createReader: () => new OpenAiChatReader(),
  wanted: {
    id: true,
    model: true,
    error: true,
    service_tier: true,
    usage: true,
    x_groq: true,
    choices: {
      index: true,
      finish_reason: true,
      usage: true,
      text: true,
      delta: { '*': true },
      message: { '*': true },
    },
  },
  credentials: (apiKey) => ({ authorization: `Bearer ${apiKey}` }),
  errorBody: openAiError,
  errorFrame: (error) => `data: ${JSON.stringify(openAiError(error))}\n\n`,
};

// As many as OpenAI itself lets one ask for.
const MOST_CHOICES = 128;

// Usage or a finish reason that is not null, an error, the end. Where a text only speaks of them, the frame is read.
const SAYS_MORE = /usage"\s*:\s*\{|finish_reason"\s*:\s*"|error|\[DONE\]/;

class OpenAiChatReader implements Reader {
  #model: string | null = null;
  #upstreamId: string | null = null;
  #finishReason: string | null = null;
  #terminalSeen = false;
  #failed = false;
  #serviceTier: string | null = null;
  #usage: JsonObject | null = null;
  /** Moonshot reports usage by choice; it counts only where nothing was reported for the whole. */
  #usageByChoice: Map<number, JsonObject> | null = null;
  /** The last one that was not kept; empty where it was too large to be. */
  #choiceLeftOut: JsonObject | null = null;
  #contentSeen = false;

  /** In the middle of an answer, between its first words and the first sign of its end. */
  isPlainContent(frame: Buffer): boolean {
    if (!this.#contentSeen || this.#finishReason !== null || this.#usage !== null) return false;
    const text = frame.toString('latin1');
    return text.startsWith('data: {') && text.endsWith('}\n\n') && !SAYS_MORE.test(text);
  }

  see(event: SseEvent): FrameInfo | null {
    if (event.data.trim() === '[DONE]') {
      this.#terminalSeen = true;
      return { ...OTHER, end: 'terminal' };
    }
    const chunk = parseJson(event.data);
    const failed = event.event === 'error' || (isObject(chunk) && saysError(chunk['error']));
    this.#failed ||= failed;
    if (isObject(chunk)) return this.#read(chunk, failed);
    if (failed) return { ...OTHER, end: 'error' };
    return chunk === undefined ? null : OTHER;
  }

  seeBody(body: unknown): boolean {
    if (!isObject(body)) return false;
    this.#terminalSeen = true;
    this.#failed = saysError(body['error']);
    this.#read(body, this.#failed);
    return true;
  }

  reading(): Reading {
    return {
      model: this.#model,
      upstreamId: this.#upstreamId,
      finishReason: this.#finishReason,
      terminalSeen: this.#terminalSeen,
      failed: this.#failed || this.#finishReason === 'error',
      serviceTier: this.#serviceTier,
      ...this.#usageReading(),
    };
  }

  #usageReading(): UsageReading {
    if (this.#usage === null && this.#choiceLeftOut !== null) return partlyKept(this.#choiceLeftOut);
    const usage = this.#usage ?? sumOfChoices([...(this.#usageByChoice?.values() ?? [])]);
    return usage === null ? UNREPORTED : openAiUsage(usage);
  }

  #read(chunk: JsonObject, failed: boolean): FrameInfo {
    // Azure's first frame has "" for both.
    this.#model ??= textIn(chunk, 'model');
    this.#upstreamId ??= textIn(chunk, 'id');
    this.#serviceTier = textIn(chunk, 'service_tier') ?? this.#serviceTier;
    const choices = objectsIn(chunk, 'choices');
    for (const choice of choices) this.#readChoice(choice);
    const reported = this.#readUsage(chunk);
    const content = choices.some(hasContent);
    this.#contentSeen ||= content && this.#model !== null && this.#upstreamId !== null;
    return {
      content,
      end: failed ? 'error' : null,
      usage: !reported ? 'none' : isEmptyList(chunk['choices']) ? 'alone' : 'beside',
    };
  }

  #readChoice(choice: JsonObject): void {
    // A null may follow the real one (Azure's content filter, OpenRouter).
    const finishReason = textIn(choice, 'finish_reason');
    if (finishReason !== null && finishReason !== 'null') this.#finishReason = finishReason; // DashScope says "null"
    const usage = objectIn(choice, 'usage');
    if (!countsTokens(usage)) return;
    this.#usageByChoice ??= new Map();
    const index = typeof choice['index'] === 'object' ? Number.NaN : Number(choice['index']);
    const isOneMore = !this.#usageByChoice.has(index);
    if ((isOneMore && this.#usageByChoice.size === MOST_CHOICES) || !isKept(usage))
      this.#choiceLeftOut = isKept(usage) ? usage : {};
    else this.#usageByChoice.set(index, usage);
  }

  /** A later object replaces an earlier one whole; all zeros never replace real numbers. */
  #readUsage(chunk: JsonObject): boolean {
    const usage = [objectIn(chunk, 'usage'), objectIn(objectIn(chunk, 'x_groq'), 'usage')].find(countsTokens);
    if (usage === undefined) return false;
    if (this.#usage === null || !allZero(usage)) this.#usage = usage;
    return true;
  }
}

function hasContent(choice: JsonObject): boolean {
  if (textIn(choice, 'text') !== null) return true;
  const delta = isObject(choice['delta']) ? choice['delta'] : objectIn(choice, 'message');
  return Object.entries(delta).some(([name, value]) => name !== 'role' && isFilled(value));
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

/** Each choice repeats the prompt; what they completed adds up. One that is not believed stands for all of them. */
function sumOfChoices(usages: readonly JsonObject[]): JsonObject | null {
  const [first, ...others] = usages;
  if (first === undefined || others.length === 0) return first ?? null;
  const readings = usages.map((usage) => openAiUsage(usage));
  const disbelieved = readings.filter(({ disbelief }) => disbelief !== null);
  const worst = disbelieved.find(({ disbelief }) => disbelief?.of === 'all') ?? disbelieved[0];
  return worst === undefined ? summed(first, readings) : worst.usage;
}

function summed(first: JsonObject, readings: readonly UsageReading[]): JsonObject {
  const sum = (count: (one: Tokens) => number) => readings.reduce((total, { tokens }) => total + count(tokens), 0);
  const input = Math.max(...readings.map(({ tokens }) => tokens.inputTokens));
  const output = sum((one) => one.outputTokens);
  return {
    ...first,
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    completion_tokens_details: { reasoning_tokens: sum((one) => one.reasoningTokens) },
  };
}
