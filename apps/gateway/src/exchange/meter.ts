// Looks at frames as they pass: forwards nothing, delays nothing, changes nothing, and never throws. A frame that it
// cannot read is a frame that it ignores.
import { Buffer } from 'node:buffer';
import { CONTENT, PLAIN, type Reader, type Reading, type Sight } from '../dialects/dialect.ts';
import type { SseEvent } from '../sse/event.ts';
import { type Framing, sseFraming } from '../sse/framing.ts';

export class Meter {
  readonly #reader: Reader;
  #events = 0;
  #unreadable = 0;
  #framing: Framing = sseFraming;
  #readEvent: (frame: Buffer) => SseEvent | null = sseFraming.createEventReader();

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** How many frames carried an event, readable or not: the others are comments. */
  get events(): number {
    return this.#events;
  }

  /** How many frames it could make nothing of. */
  get unreadable(): number {
    return this.#unreadable;
  }

  /** The answer began, and this is how it is framed. */
  frameBy(framing: Framing): void {
    this.#framing = framing;
    this.#readEvent = framing.createEventReader();
  }

  see(frame: Buffer): Sight {
    return this.#see(frame) ?? PLAIN;
  }

  /** What was left when the body ended: null where it is but half a frame, and says nothing. */
  seeTail(rest: Buffer): Sight | null {
    const { saysNothing, close } = this.#framing;
    return saysNothing(rest) ? PLAIN : this.#see(Buffer.concat([rest, Buffer.from(close)]));
  }

  /** A whole answer that is no stream; false where it is not what it should be. */
  seeBody(body: Buffer): boolean {
    try {
      return this.#reader.seeBody(JSON.parse(body.toString('utf8')));
    } catch {
      return false;
    }
  }

  reading(): Reading {
    return this.#reader.reading();
  }

  #see(frame: Buffer): Sight | null {
    try {
      if (this.#reader.skims?.(frame)) {
        this.#events += 1;
        return CONTENT;
      }
      const event = this.#readEvent(frame);
      if (event === null) return null;
      this.#events += 1;
      const sight = this.#reader.see(event);
      if (sight === null) this.#unreadable += 1;
      return sight;
    } catch {
      this.#unreadable += 1;
      return null;
    }
  }
}
