// Reads a Gemini answer, chunk by chunk or whole: each chunk is a response of its own, and what the last one says of
// usage holds for all.
import type { SseEvent } from '../../sse/event.ts';
import { type FrameInfo, OTHER, type Reader, type Reading, type Units } from '../dialect.ts';
import { isFilled, isObject, type JsonObject, objectIn, objectsIn, parseJson, textIn } from '../json.ts';
import { UNREPORTED } from '../usage-reading.ts';
import { ARRAY_END } from './gemini-array.ts';
import { toolsIn } from './gemini-tools.ts';
import { allZero, countsTokens, geminiUsage } from './gemini-usage.ts';

export class GeminiReader implements Reader {
  #model: string | null = null;
  #upstreamId: string | null = null;
  #finishReason: string | null = null;
  #terminalSeen = false;
  #failed = false;
  #usage: JsonObject | null = null;
  #tools: Units | null = null;

  see(event: SseEvent): FrameInfo | null {
    if (event === ARRAY_END) {
      this.#terminalSeen = !this.#failed; // the bracket after an error closes the array, and ends no answer
      return { ...OTHER, end: 'terminal' };
    }
    const json = parseJson(event.data);
    return json === undefined ? null : this.#readAll(responsesIn(json));
  }

  seeBody(body: unknown): boolean {
    const responses = responsesIn(body);
    this.#readAll(responses);
    this.#terminalSeen = responses.length > 0;
    return this.#terminalSeen;
  }

  reading(): Reading {
    return {
      model: this.#model,
      upstreamId: this.#upstreamId,
      finishReason: this.#finishReason,
      terminalSeen: this.#terminalSeen,
      failed: this.#failed,
      units: this.#usage === null ? null : this.#tools,
      ...(this.#usage === null ? UNREPORTED : geminiUsage(this.#usage)),
    };
  }

  #readAll(responses: readonly JsonObject[]): FrameInfo {
    for (const response of responses) this.#read(response);
    const failed = responses.some(isError);
    this.#failed ||= failed;
    return { ...OTHER, content: responses.some(hasContent), end: failed ? 'error' : null };
  }

  #read(response: JsonObject): void {
    this.#model ??= textIn(response, 'modelVersion');
    this.#upstreamId ??= textIn(response, 'responseId');
    this.#finishReason = finishReasonIn(response) ?? this.#finishReason;
    this.#readUsage(objectIn(response, 'usageMetadata'));
    this.#tools = toolsIn(objectsIn(response, 'candidates')) ?? this.#tools;
  }

  /** The last one whole: counts go down as well as up, and a field that is gone is gone. */
  #readUsage(usage: JsonObject): void {
    if (!countsTokens(usage)) return;
    if (this.#usage === null || !allZero(usage)) this.#usage = usage;
  }
}

/** An error may come wrapped in an array, whatever was asked for. */
const responsesIn = (json: unknown): JsonObject[] => (Array.isArray(json) ? json : [json]).filter(isObject);

const isError = ({ error }: JsonObject): boolean => (typeof error === 'string' && error !== '') || isObject(error);

/** A prompt that was blocked has no candidates, and that is the whole answer. */
function finishReasonIn(response: JsonObject): string | null {
  const candidates = objectsIn(response, 'candidates');
  if (candidates.length === 0) return reasonIn(objectIn(response, 'promptFeedback'), 'blockReason');
  return (
    candidates.map((candidate) => reasonIn(candidate, 'finishReason')).findLast((reason) => reason !== null) ?? null
  );
}

function reasonIn(object: JsonObject, key: string): string | null {
  const reason = textIn(object, key);
  return reason === null || reason.endsWith('_UNSPECIFIED') ? null : reason;
}

const hasContent = (response: JsonObject): boolean =>
  objectsIn(response, 'candidates')
    .flatMap((candidate) => objectsIn(objectIn(candidate, 'content'), 'parts'))
    .some((part) => Object.entries(part).some(([name, value]) => name !== 'thoughtSignature' && isFilled(value)));
