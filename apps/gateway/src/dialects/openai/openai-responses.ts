// OpenAI Responses. A stream ends with the one event that carries the whole response again, and its usage with it; what
// other events say of usage, tools or status is an echo. The finish reason is why it is incomplete, else its status.

import type { Buffer } from 'node:buffer';
import type { WeirError } from '../../errors.ts';
import type { Wanted } from '../../json/picker.ts';
import type { SseEvent } from '../../sse/event.ts';
import type { Dialect, FrameInfo, Reader, Reading, Units } from '../dialect.ts';
import { OTHER } from '../dialect.ts';
import { isObject, type JsonObject, objectIn, objectsIn, parseJson, textIn } from '../json.ts';
import { UNREPORTED } from '../usage-reading.ts';
import { openAiChat } from './openai-chat.ts';
import { openAiError, saysError } from './openai-error.ts';
import {
  askOpenAiResponses,
  askPolledResponse,
  askRecordedResponse,
  askStoredResponse,
} from './openai-responses-ask.ts';
import { responsesUsage } from './openai-responses-usage.ts';
import { TOOLS_WANTED, toolsIn } from './openai-tools.ts';
import { countsTokens } from './openai-usage.ts';

/** What is looked at of a response, which an event carries, or which is the whole answer. */
const RESPONSE: Wanted = {
  id: true,
  model: true,
  status: true,
  background: true,
  error: true,
  incomplete_details: true,
  service_tier: true,
  usage: true,
  ...TOOLS_WANTED,
};

export const openAiResponses: Dialect = {
  ...openAiChat,
  name: 'openai-responses',
  ask: askOpenAiResponses,
  createReader: () => new OpenAiResponsesReader(),
  wanted: { ...RESPONSE, type: true, delta: true, response: RESPONSE },
  errorFrame: errorEvent,
};

/** One that is streamed by its id. */
export const openAiStoredResponses: Dialect = { ...openAiResponses, ask: askStoredResponse };

/** One that is looked at by its id, until it is done. */
export const openAiPolledResponses: Dialect = { ...openAiResponses, ask: askPolledResponse };

/** One that is stopped by its id, or read in a call that leaves a row in any case. It may not have used anything yet. */
export const openAiRecordedResponses: Dialect = {
  ...openAiResponses,
  ask: askRecordedResponse,
  createReader: () => new OpenAiResponsesReader({ mayLackUsage: true }),
};

/** The terminal events, and the status that each gives the response. */
const STATUS_AT_END = new Map([
  ['response.completed', 'completed'],
  ['response.incomplete', 'incomplete'],
  ['response.failed', 'failed'],
]);

const DELTA = /^event: (response\.[\w.]+\.delta)\ndata: \{"type": ?"\1",[^\n]*\}\n\n$/;

class OpenAiResponsesReader implements Reader {
  #model: string | null = null;
  #upstreamId: string | null = null;
  #finishReason: string | null = null;
  #terminalSeen = false;
  #failed = false;
  #background = false;
  #usage: JsonObject | null = null;
  #tools: Units | null = null;
  #serviceTier: string | null = null;
  #contentSeen = false;
  readonly #mayLackUsage: boolean;

  constructor({ mayLackUsage = false } = {}) {
    this.#mayLackUsage = mayLackUsage;
  }

  /** A delta says nothing but what was generated. */
  isPlainContent(frame: Buffer): boolean {
    return this.#contentSeen && DELTA.test(frame.toString('latin1'));
  }

  see({ event, data }: SseEvent): FrameInfo | null {
    if (data.trim() === '[DONE]') {
      // OpenRouter says it after the terminal event. Where it stands alone, it is all the end that there is.
      this.#terminalSeen = true;
      return { ...OTHER, end: 'terminal' };
    }
    const said = parseJson(data);
    if (said === undefined && event !== 'error') return null;
    return this.#read(isObject(said) ? said : {}, event === 'error');
  }

  /** A response that is still queued or in progress is all that this answer has, and says so in its finish reason. */
  seeBody(body: unknown): boolean {
    if (!isObject(body)) return false;
    this.#identify(body);
    this.#conclude(body, textIn(body, 'status'));
    return true;
  }

  reading(): Reading {
    return {
      model: this.#model,
      upstreamId: this.#upstreamId,
      finishReason: this.#finishReason,
      terminalSeen: this.#terminalSeen,
      failed: this.#failed,
      background: this.#background,
      mayLackUsage: this.#mayLackUsage,
      units: this.#usage === null ? null : this.#tools,
      serviceTier: this.#serviceTier,
      ...(this.#usage === null ? UNREPORTED : responsesUsage(this.#usage)),
    };
  }

  #read(said: JsonObject, isErrorEvent: boolean): FrameInfo {
    const type = textIn(said, 'type') ?? '';
    const response = objectIn(said, 'response');
    const status = STATUS_AT_END.get(type);
    this.#identify(response);
    if (status !== undefined) this.#conclude(response, status);
    const failed = isErrorEvent || type === 'error' || saysError(said['error']);
    this.#failed ||= failed;
    const ends = failed || status !== undefined;
    const content = hasContent(type, said) || objectsIn(response, 'output').length > 0;
    this.#contentSeen ||= content;
    return {
      ...OTHER,
      content,
      end: !ends ? null : this.#failed ? 'error' : 'terminal',
    };
  }

  /** The last one that says something counts: a router may learn only late which model it is. */
  #identify(response: JsonObject): void {
    this.#model = textIn(response, 'model') ?? this.#model;
    this.#upstreamId = textIn(response, 'id') ?? this.#upstreamId;
    this.#background ||= response['background'] === true;
  }

  #conclude(response: JsonObject, status: string | null): void {
    this.#terminalSeen = status !== 'queued' && status !== 'in_progress';
    this.#failed ||= status === 'failed' || saysError(response['error']);
    this.#finishReason = textIn(objectIn(response, 'incomplete_details'), 'reason') ?? status;
    const usage = objectIn(response, 'usage');
    if (countsTokens(usage)) this.#usage = usage;
    this.#tools = toolsIn(response);
    this.#serviceTier = textIn(response, 'service_tier');
  }
}

/** Text and arguments come in deltas; what a tool of the provider's did comes whole, as an item. */
function hasContent(type: string, said: JsonObject): boolean {
  if (type === 'response.output_item.done') return true;
  return type.endsWith('.delta') && (textIn(said, 'delta') !== null || isObject(said['delta']));
}

/** Documented flat and sent nested: some clients read the one, some the other, and some want it numbered. */
function errorEvent(error: WeirError, { frames }: { readonly frames: number }): string {
  const { error: nested } = openAiError(error);
  const event = { ...nested, type: 'error', sequence_number: frames, error: nested };
  return `event: error\ndata: ${JSON.stringify(event)}\n\n`;
}
