// What stands in a stream before its first event. Whatever does not begin like an event is passed on, and events may follow.
import type { Buffer } from 'node:buffer';
import { WeirError } from '../../errors.ts';
import type { Framing } from '../../sse/framing.ts';

const HTML = /^(?:\u00ef\u00bb\u00bf)?\s*</;

export class Beginning {
  #isEmpty = true;
  #isOdd = false;

  /** Something came, beside blank lines and comments, and the last of it began unlike an event. */
  get isOdd(): boolean {
    return this.#isOdd;
  }

  /** One more frame, and no event yet: whether it begins unlike one. HTML under a stream's content type is refused. */
  looksOdd(frame: Buffer, framing: Framing): boolean {
    const isOdd = !framing.begins(frame);
    if (isOdd && this.#isEmpty && HTML.test(frame.subarray(0, 64).toString('latin1')))
      throw new WeirError('upstream_protocol');
    this.#isEmpty = false;
    this.#isOdd = isOdd || (this.#isOdd && framing.saysNothing(frame));
    return isOdd;
  }
}
