// Looks at frames as they pass: forwards nothing, delays nothing, changes nothing, and never throws. A frame that it
// cannot read is a frame that it ignores.
import { Buffer } from 'node:buffer';
import {
  type Ask,
  CONTENT,
  type Dialect,
  type FrameInfo,
  OTHER,
  type Reader,
  type Reading,
} from '../../dialects/dialect.ts';
import { JsonBody } from '../../json/json-body.ts';
import { JsonPicker, type Wanted } from '../../json/picker.ts';
import { valueFound } from '../../json/value-found.ts';
import type { SseEvent } from '../../sse/event.ts';
import { type Framing, sseFraming } from '../../sse/framing.ts';

// Parsed as a whole, a frame of megabytes could hold up all others for half a second.
const LARGE_FRAME = 262_144;

export class Meter {
  readonly #createReader: () => Reader;
  #reader: Reader;
  readonly #wanted: Wanted;
  #body: JsonBody | null = null;
  #events = 0;
  #unreadable = 0;
  #isWhole = false;
  #failure: unknown;
  #framing: Framing = sseFraming;
  #readEvent: (frame: Buffer) => SseEvent | null = sseFraming.createEventReader();

  constructor({ createReader, wanted }: Pick<Dialect, 'createReader' | 'wanted'>, ask?: Pick<Ask, 'units'>) {
    this.#createReader = () => createReader(ask);
    this.#reader = this.#createReader();
    this.#wanted = wanted;
  }

  /** How many frames carried an event, readable or not: the others are comments. */
  get events(): number {
    return this.#events;
  }

  /** How many frames it could make nothing of. */
  get unreadable(): number {
    return this.#unreadable;
  }

  /** It was one answer that is no stream, under a stream's content type. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** What was thrown first; undefined where nothing was. Readers take what they cannot read: this is a defect of ours. */
  get failure(): unknown {
    return this.#failure;
  }

  /** The answer began, and this is how it is framed. */
  setFraming(framing: Framing): void {
    this.#framing = framing;
    this.#readEvent = framing.createEventReader();
  }

  see(frame: Buffer): FrameInfo {
    return this.#see(frame) ?? OTHER;
  }

  /** What was left when the body ended: null where it is but half a frame, and says nothing. */
  seeTail(rest: Buffer): FrameInfo | null {
    const { saysNothing, close } = this.#framing;
    return saysNothing(rest) ? OTHER : this.#see(Buffer.concat([rest, Buffer.from(close)]));
  }

  /** Bytes that carry no event, but may be all of an answer. Null where they are none, and then nothing of them is kept. */
  seeWhole(bytes: Buffer): FrameInfo | null {
    const picker = new JsonPicker(this.#wanted);
    picker.push(bytes);
    const found = picker.end();
    if (found === null) return null;
    try {
      return this.#adopt(this.#createReader(), valueFound(found, bytes));
    } catch (error) {
      this.#failure ??= error;
      return null;
    }
  }

  /** The next bytes of an answer that is no stream. */
  pushBody(chunk: Buffer): void {
    this.#body ??= new JsonBody(this.#wanted);
    this.#body.push(chunk);
  }

  /** All that was pushed, as one answer; false where it is not what it should be. A defect of ours is not its fault. */
  seeBody(body: Buffer): boolean {
    const value = this.#body?.end(body);
    if (value === undefined) return false;
    try {
      return this.#reader.seeBody(value);
    } catch (error) {
      this.#failure ??= error;
      return true;
    }
  }

  reading(): Reading {
    return this.#reader.reading();
  }

  /** JSON that says neither how it ended nor what it cost is no answer. */
  #adopt(reader: Reader, body: unknown): FrameInfo | null {
    if (!reader.seeBody(body)) return null;
    const { failed, finishReason, usage } = reader.reading();
    if (!failed && finishReason === null && usage === null) return null;
    this.#reader = reader;
    this.#events += 1;
    this.#isWhole = true;
    return { ...OTHER, end: failed ? 'error' : 'terminal' };
  }

  /** The same event, with nothing in its data but what is looked at. */
  #thinned({ data, ...event }: SseEvent): SseEvent {
    const text = Buffer.from(data);
    const picker = new JsonPicker(this.#wanted);
    picker.push(text);
    const found = picker.end();
    return { ...event, data: found === null ? '' : JSON.stringify(valueFound(found, text)) };
  }

  #see(frame: Buffer): FrameInfo | null {
    try {
      if (this.#reader.isPlainContent?.(frame)) {
        this.#events += 1;
        return CONTENT;
      }
      const event = this.#readEvent(frame);
      if (event === null) return null;
      this.#events += 1;
      const sight = this.#reader.see(frame.length > LARGE_FRAME ? this.#thinned(event) : event);
      if (sight === null) this.#unreadable += 1;
      return sight;
    } catch (error) {
      this.#unreadable += 1;
      if (isTooLong(error)) return null;
      this.#failure ??= error;
      return OTHER; // the frame may be a good one
    }
  }
}

/** A frame beyond what a string can hold, where MAX_FRAME_BYTES allows one. */
const isTooLong = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ERR_STRING_TOO_LONG';
