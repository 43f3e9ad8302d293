// OpenAI's images: made, edited, varied. Models that count tokens say so in the body, or in the event of the finished image;
// of others the images are counted.
import type { SseEvent } from '../../sse/event.ts';
import type { Dialect, FrameInfo, Reader, Reading } from '../dialect.ts';
import { OTHER } from '../dialect.ts';
import { isObject, type JsonObject, objectIn, objectsIn, parseJson, textIn } from '../json.ts';
import { NO_TOKENS } from '../tokens.ts';
import { UNREPORTED, type UsageReading } from '../usage-reading.ts';
import { openAiChat } from './openai-chat.ts';
import { saysError } from './openai-error.ts';
import { askOpenAiMedia } from './openai-media-ask.ts';
import { responsesUsage } from './openai-responses-usage.ts';
import { countsTokens, statesBill } from './openai-usage.ts';

export const openAiImages: Dialect = {
  ...openAiChat,
  name: 'openai-images',
  ask: askOpenAiMedia,
  createReader: () => new OpenAiImagesReader(),
  wanted: { id: true, model: true, type: true, error: true, usage: true, data: { url: true } },
};

/** Whether each counts its own image, or all of them so far, is not documented. */
const TOLD_TWICE: UsageReading = {
  usage: null,
  tokens: NO_TOKENS,
  disbelief: { of: 'all', detail: "The provider's usage cannot be believed: it is told more than once." },
};

class OpenAiImagesReader implements Reader {
  #model: string | null = null;
  #images = 0;
  #usage: JsonObject | null = null;
  #usages = 0;
  #terminalSeen = false;
  #failed = false;

  /** More than one image may be asked for: a finished one is not yet the end of the stream. */
  see({ event, data }: SseEvent): FrameInfo | null {
    const said = parseJson(data);
    if (!isObject(said)) return event === 'error' ? this.#fail() : null;
    if (event === 'error' || said['type'] === 'error' || saysError(said['error'])) return this.#fail();
    this.#read(said);
    const type = textIn(said, 'type') ?? '';
    if (type.endsWith('.completed')) this.#count(1);
    return { ...OTHER, content: type.endsWith('.completed') || type.endsWith('.partial_image') };
  }

  seeBody(body: unknown): boolean {
    if (!isObject(body)) return false;
    this.#read(body);
    this.#count(objectsIn(body, 'data').length);
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
      units: this.#images === 0 ? null : { images: this.#images },
      ...this.#readUsage(),
    };
  }

  #read(said: JsonObject): void {
    this.#model = textIn(said, 'model') ?? this.#model;
    const usage = objectIn(said, 'usage');
    if (!countsTokens(usage) && !statesBill(usage)) return;
    this.#usage = usage;
    this.#usages += 1;
  }

  #readUsage(): UsageReading {
    if (this.#usages > 1) return TOLD_TWICE;
    return this.#usage === null ? UNREPORTED : responsesUsage(this.#usage);
  }

  #count(images: number): void {
    this.#images += images;
    this.#terminalSeen = true;
  }

  #fail(): FrameInfo {
    this.#failed = true;
    return { ...OTHER, end: 'error' };
  }
}
