// Anthropic Messages, and everybody who speaks it. Usage comes unasked, split over the message's start and its deltas:
// what is said later is laid over what was said before, and nothing is ever added up.
import type { Buffer } from 'node:buffer';
import type { SseEvent } from '../../sse/event.ts';
import { isEventStream, sseFraming } from '../../sse/framing.ts';
import {
  type Ask,
  type AskedRequest,
  type Dialect,
  type FrameInfo,
  OTHER,
  type Reader,
  type Reading,
} from '../dialect.ts';
import { isObject, type JsonObject, objectIn, objectsIn, parseJson, textIn } from '../json.ts';
import { asItCame, isStreamIn, modelIn } from '../request.ts';
import { isKept, partlyKept, UNREPORTED } from '../usage-reading.ts';
import { anthropicError } from './anthropic-error.ts';
import { hasContent, saysError } from './anthropic-payload.ts';
import { anthropicUsage, countsTokens, laidOver } from './anthropic-usage.ts';

/** What is looked at of a message, which its start carries, or which is the whole answer. */
const MESSAGE = { id: true, model: true, stop_reason: true, usage: true, content: { '*': true } } as const;

export const anthropicMessages: Dialect = {
  name: 'anthropic-messages',
  ask: askAnthropic,
  framing: (contentType) => (isEventStream(contentType) ? sseFraming : null),
  createReader: () => new AnthropicReader(),
  wanted: {
    ...MESSAGE,
    type: true,
    error: true,
    message: MESSAGE,
    content_block: { '*': true },
    delta: { '*': true },
  },
  credentials: (apiKey) => ({ 'x-api-key': apiKey }),
  errorBody: anthropicError,
  // Anthropic's own clients ignore a frame that does not name its event.
  errorFrame: (error) => `event: error\ndata: ${JSON.stringify(anthropicError(error))}\n\n`,
};

function askAnthropic(asked: AskedRequest): Ask {
  return { ...asItCame(asked.body), model: modelIn(asked), streamed: isStreamIn(asked.body) };
}

/** All that is known of one message; a provider that starts another one begins anew. */
interface Message {
  readonly id: string | null;
  model: string | null;
  stopReason: string | null;
  terminalSeen: boolean;
  /** What the start said of usage, its count of the output being but a beginning. */
  started: JsonObject;
  /** What the deltas said: it stands, even where a start is said again after it. */
  reported: JsonObject;
  /** More was said of usage than is kept. */
  isPartlyKept: boolean;
}

// Its own has a dozen members.
const isShort = (usage: JsonObject): boolean => Object.keys(usage).length <= 100;

const DELTA = /^event: content_block_delta\ndata: \{"type": ?"content_block_delta",[^\n]*\}\n\n$/;

class AnthropicReader implements Reader {
  #message = emptyMessage(null);
  #failed = false;
  #contentSeen = false;

  /** A delta of a block's content says nothing else. */
  isPlainContent(frame: Buffer): boolean {
    return this.#contentSeen && DELTA.test(frame.toString('latin1'));
  }

  see({ event, data }: SseEvent): FrameInfo | null {
    const payload = parseJson(data);
    if (event === 'error' || saysError(payload)) return this.#fail(payload);
    if (isObject(payload)) return this.#read(textIn(payload, 'type') ?? event, payload);
    return payload === undefined && data.trim() !== '[DONE]' ? null : OTHER; // some servers add OpenAI's end to their own
  }

  seeBody(body: unknown): boolean {
    if (!isObject(body)) return false;
    this.#start(body);
    this.#message.terminalSeen = true;
    this.#failed = saysError(body);
    return true;
  }

  reading(): Reading {
    const { id, model, stopReason, terminalSeen, started, reported, isPartlyKept } = this.#message;
    const usage = laidOver(started, reported);
    return {
      model,
      upstreamId: id,
      finishReason: stopReason,
      terminalSeen,
      failed: this.#failed,
      ...(isPartlyKept ? partlyKept(usage) : countsTokens(usage) ? anthropicUsage(usage) : UNREPORTED),
    };
  }

  #read(type: string | undefined, payload: JsonObject): FrameInfo {
    if (type === 'message_start') return this.#start(objectIn(payload, 'message'));
    if (type === 'content_block_start') return this.#startBlock(objectIn(payload, 'content_block'));
    if (type === 'content_block_delta') return this.#readDelta(objectIn(payload, 'delta'));
    if (type === 'message_delta') return this.#change(payload);
    return type === 'message_stop' ? this.#stop() : OTHER;
  }

  #readDelta(delta: JsonObject): FrameInfo {
    const content = hasContent(delta);
    this.#contentSeen ||= content;
    return { ...OTHER, content };
  }

  /** The same message may be started twice, by servers that repeat themselves; another one takes its place. */
  #start(message: JsonObject): FrameInfo {
    const id = textIn(message, 'id');
    if (id === null || id !== this.#message.id) this.#message = emptyMessage(id);
    this.#message.model ??= textIn(message, 'model');
    this.#message.stopReason ??= textIn(message, 'stop_reason');
    this.#message.started = this.#laidOver(this.#message.started, objectIn(message, 'usage'));
    return { ...OTHER, content: objectsIn(message, 'content').some(hasContent) };
  }

  #startBlock(block: JsonObject): FrameInfo {
    if (block['type'] !== 'fallback') return { ...OTHER, content: hasContent(block) };
    // The model that was asked has declined, and another one answers: it is what is paid for.
    this.#message.model = textIn(objectIn(block, 'to'), 'model') ?? this.#message.model;
    return OTHER;
  }

  #change(payload: JsonObject): FrameInfo {
    this.#message.stopReason = textIn(objectIn(payload, 'delta'), 'stop_reason') ?? this.#message.stopReason;
    this.#report(payload);
    return OTHER;
  }

  /** What Bedrock adds here restates what was already said. */
  #stop(): FrameInfo {
    this.#message.terminalSeen = true;
    return { ...OTHER, end: 'terminal' };
  }

  #fail(payload: unknown): FrameInfo {
    this.#failed = true;
    if (isObject(payload)) this.#report(payload);
    return { ...OTHER, end: 'error' };
  }

  #report(payload: JsonObject): void {
    this.#message.reported = this.#laidOver(this.#message.reported, objectIn(payload, 'usage'));
  }

  #laidOver(usage: JsonObject, later: JsonObject): JsonObject {
    const both = isShort(later) && isKept(later) ? laidOver(usage, later) : null;
    if (both !== null && isShort(both)) return both;
    this.#message.isPartlyKept = true;
    return usage;
  }
}

const emptyMessage = (id: string | null): Message => ({
  id,
  model: null,
  stopReason: null,
  terminalSeen: false,
  started: {},
  reported: {},
  isPartlyKept: false,
});
