// OpenAI's transcriptions and translations of sound. Some models count tokens, others the seconds that were heard; an answer
// that is plain text or subtitles says neither.
import { BYTES, bytesFraming } from '../../sse/bytes.ts';
import type { SseEvent } from '../../sse/event.ts';
import { isEventStream, sseFraming } from '../../sse/framing.ts';
import { asNumber } from '../count.ts';
import type { Dialect, FrameInfo, Reader, Reading } from '../dialect.ts';
import { CONTENT, OTHER } from '../dialect.ts';
import { isObject, type JsonObject, objectIn, parseJson, textIn } from '../json.ts';
import { UNREPORTED, type UsageReading } from '../usage-reading.ts';
import { openAiChat } from './openai-chat.ts';
import { saysError } from './openai-error.ts';
import { askOpenAiMedia } from './openai-media-ask.ts';
import { responsesUsage } from './openai-responses-usage.ts';
import { countsTokens } from './openai-usage.ts';

export const openAiTranscriptions: Dialect = {
  ...openAiChat,
  name: 'openai-transcriptions',
  ask: askOpenAiMedia,
  framing(contentType) {
    if (isEventStream(contentType)) return sseFraming;
    return contentType.startsWith('application/json') ? null : bytesFraming;
  },
  createReader: () => new OpenAiTranscriptionsReader(),
  wanted: { model: true, type: true, error: true, usage: true, duration: true },
};

class OpenAiTranscriptionsReader implements Reader {
  #model: string | null = null;
  #usage: JsonObject | null = null;
  #seconds: number | null = null;
  #terminalSeen = false;
  #failed = false;

  see(event: SseEvent): FrameInfo | null {
    if (event === BYTES) return CONTENT;
    if (event.data.trim() === '[DONE]') return this.#end();
    const said = parseJson(event.data);
    const failed =
      event.event === 'error' || (isObject(said) && (said['type'] === 'error' || saysError(said['error'])));
    this.#failed ||= failed;
    if (failed) return { ...OTHER, end: 'error' };
    if (!isObject(said)) return null;
    this.#read(said);
    return said['type'] === 'transcript.text.done' ? this.#end() : CONTENT;
  }

  seeBody(body: unknown): boolean {
    if (!isObject(body)) return false;
    this.#read(body);
    this.#terminalSeen = true;
    this.#failed = saysError(body['error']);
    return true;
  }

  reading(): Reading {
    return {
      model: this.#model,
      upstreamId: null,
      finishReason: null,
      terminalSeen: this.#terminalSeen,
      failed: this.#failed,
      units: this.#seconds === null ? null : { seconds: this.#seconds },
      ...this.#usageReading(),
    };
  }

  #usageReading(): UsageReading {
    if (this.#usage === null) return UNREPORTED;
    return countsTokens(this.#usage) ? responsesUsage(this.#usage) : { ...UNREPORTED, usage: { ...this.#usage } };
  }

  #read(said: JsonObject): void {
    this.#model = textIn(said, 'model') ?? this.#model;
    const usage = objectIn(said, 'usage');
    const seconds = secondsIn(usage, 'seconds') ?? secondsIn(said, 'duration');
    if (seconds !== null) this.#seconds = seconds;
    if (countsTokens(usage) || secondsIn(usage, 'seconds') !== null) this.#usage = usage;
  }

  #end(): FrameInfo {
    this.#terminalSeen = true;
    return { ...OTHER, end: 'terminal' };
  }
}

/** A fraction, and with some models its digits as text. */
function secondsIn(object: JsonObject, key: string): number | null {
  const seconds = asNumber(object[key]);
  return typeof seconds === 'number' && seconds >= 0 && Number.isFinite(seconds) ? seconds : null;
}
