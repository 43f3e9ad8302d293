// Reads an answer of an API that is not known: whether it names a model, an id or a usage object where some API does. It
// finds no fault with what it does not know.
import { BYTES } from '../../sse/bytes.ts';
import type { SseEvent } from '../../sse/event.ts';
import { laidOver } from '../anthropic/anthropic-usage.ts';
import { CONTENT, type FrameInfo, OTHER, type Reader, type Reading } from '../dialect.ts';
import { isObject, type JsonObject, objectIn, parseJson, textIn } from '../json.ts';
import { isKept } from '../usage-reading.ts';
import { isAnthropics, isUsage, opaqueUsage } from './opaque-usage.ts';

/** Where APIs put what is looked for: at the top, or in the one object that an event carries. */
const CARRIERS = ['response', 'message', 'interaction', 'delta'] as const;

export class OpaqueReader implements Reader {
  #model: string | null = null;
  #upstreamId: string | null = null;
  #usage: JsonObject | null = null;
  #terminalSeen = false;
  #failed = false;

  see(event: SseEvent): FrameInfo | null {
    if (event === BYTES) return CONTENT;
    this.#failed ||= event.event === 'error';
    const json = parseJson(event.data);
    if (isObject(json)) this.#read(json);
    return this.#failed ? { ...OTHER, end: 'error' } : CONTENT;
  }

  seeBody(body: unknown): boolean {
    if (isObject(body)) this.#read(body);
    this.#terminalSeen = true;
    return true;
  }

  reading(): Reading {
    return {
      model: this.#model,
      upstreamId: this.#upstreamId,
      finishReason: null,
      terminalSeen: this.#terminalSeen,
      failed: this.#failed,
      mayLackUsage: true,
      ...opaqueUsage(this.#usage),
    };
  }

  #read(json: JsonObject): void {
    for (const object of [...CARRIERS.map((name) => objectIn(json, name)), json]) {
      this.#model = textIn(object, 'model') ?? textIn(object, 'modelVersion') ?? this.#model;
      this.#upstreamId = textIn(object, 'id') ?? this.#upstreamId;
      for (const name of ['usage', 'usageMetadata']) this.#readUsage(objectIn(object, name));
    }
  }

  /** The last one counts; Anthropic's events each say a part. */
  #readUsage(usage: JsonObject): void {
    if (!isUsage(usage) || !isKept(usage)) return;
    const both = isAnthropics(usage) ? laidOver(this.#usage ?? {}, usage) : usage;
    if (isKept(both)) this.#usage = both;
  }
}
