// OpenAI's speech: text in, sound out, as bytes or as events. Only events say usage; what is spoken is counted where it is
// asked for, in characters.
import type { Buffer } from 'node:buffer';
import { JsonPicker } from '../../json/picker.ts';
import { valueFound } from '../../json/value-found.ts';
import { BYTES, bytesFraming } from '../../sse/bytes.ts';
import type { SseEvent } from '../../sse/event.ts';
import { isEventStream, sseFraming } from '../../sse/framing.ts';
import type { Ask, AskedRequest, Dialect, FrameInfo, Reader, Reading } from '../dialect.ts';
import { CONTENT, OTHER } from '../dialect.ts';
import { isObject, type JsonObject, objectIn, parseJson, textIn } from '../json.ts';
import { asItCame, modelIn } from '../request.ts';
import { UNREPORTED } from '../usage-reading.ts';
import { openAiChat } from './openai-chat.ts';
import { saysError } from './openai-error.ts';
import { responsesUsage } from './openai-responses-usage.ts';
import { countsTokens } from './openai-usage.ts';

export const openAiSpeech: Dialect = {
  ...openAiChat,
  name: 'openai-speech',
  ask: askOpenAiSpeech,
  framing(contentType) {
    if (isEventStream(contentType)) return sseFraming;
    return contentType.startsWith('application/json') ? null : bytesFraming;
  },
  createReader: (ask) => new OpenAiSpeechReader(ask?.units ?? null),
  wanted: { type: true, error: true, usage: true, audio: true },
};

const SPOKEN = { input: true, stream_format: true } as const;

// Longer than any provider takes: looking through it would hold up others.
const MOST_LOOKED_AT = 262_144;

function askOpenAiSpeech(asked: AskedRequest): Ask {
  const { input, stream_format: format } = spokenIn(asked.body.bytes);
  return {
    ...asItCame(asked.body),
    model: modelIn(asked),
    streamed: format === 'sse',
    units: typeof input === 'string' ? { characters: [...input].length } : null,
  };
}

function spokenIn(bytes: Buffer): JsonObject {
  if (bytes.length > MOST_LOOKED_AT) return {};
  const picker = new JsonPicker(SPOKEN);
  picker.push(bytes);
  const found = picker.end();
  const values = found === null ? null : valueFound(found, bytes);
  return isObject(values) ? values : {};
}

type Units = NonNullable<Reading['units']> | null;

class OpenAiSpeechReader implements Reader {
  readonly #asked: Units;
  #units: Units = null;
  #usage: JsonObject | null = null;
  #terminalSeen = false;
  #failed = false;

  constructor(asked: Units) {
    this.#asked = asked;
  }

  see(event: SseEvent): FrameInfo | null {
    this.#units = this.#asked; // it is being spoken
    if (event === BYTES) return CONTENT;
    const said = parseJson(event.data);
    this.#failed ||=
      event.event === 'error' || (isObject(said) && (said['type'] === 'error' || saysError(said['error'])));
    if (this.#failed) return { ...OTHER, end: 'error' };
    if (!isObject(said)) return null;
    const usage = objectIn(said, 'usage');
    if (countsTokens(usage)) this.#usage = usage;
    this.#terminalSeen ||= said['type'] === 'speech.audio.done';
    return { ...OTHER, content: textIn(said, 'audio') !== null, end: this.#terminalSeen ? 'terminal' : null };
  }

  /** Sound never comes as JSON: it is an error, or something that nobody knows. */
  seeBody(body: unknown): boolean {
    if (!isObject(body)) return false;
    this.#failed = saysError(body['error']);
    this.#terminalSeen = true;
    return true;
  }

  reading(): Reading {
    return {
      model: null,
      upstreamId: null,
      finishReason: null,
      terminalSeen: this.#terminalSeen,
      failed: this.#failed,
      units: this.#units,
      ...(this.#usage === null ? UNREPORTED : responsesUsage(this.#usage)),
    };
  }
}
