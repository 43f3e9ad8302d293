// Bytes of one JSON text in, chunk by chunk; out comes where its values and names lie. It checks the whole grammar, keeps
// nothing of what it read, and costs the same per byte whatever the text's shape, which a parser does not.
import type { Buffer } from 'node:buffer';
import { beginNumber, isWholeNumber, nextInNumber } from './number.ts';

export type Kind = 'object' | 'array' | 'string' | 'number' | 'literal';

/** Hears of values and names that lie in at most `hearing` containers. Positions count from the first byte of all. */
export interface Listener {
  readonly hearing: number;
  beginValue(kind: Kind, at: number): void;
  endValue(at: number): void;
  /** A member's name, as it stands between its quotes; null where it is longer than any that is looked for. */
  readName(raw: string | null): void;
}

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [0x7b, 0x7d, 0x5b, 0x5d];
const WORDS: Readonly<Record<number, string>> = { 116: 'true', 102: 'false', 110: 'null' };
const ESCAPED = new Set([...'"\\/bfnrtu'].map((character) => character.charCodeAt(0)));
const LOWER_U = 0x75;
const HEX_DIGITS = 4;
const LONGEST_NAME = 256;

/**
 * What may come next: a value, a value or the end of an empty array, a name or the end of an empty object, a name, a
 * colon, what follows a value; or the middle of a string, a number or a word. Failed: it is no JSON, and stays so.
 */
type State =
  | 'value'
  | 'first item'
  | 'first name'
  | 'name'
  | 'colon'
  | 'after'
  | 'string'
  | 'number'
  | 'word'
  | 'failed';

export class JsonScanner {
  readonly #listener: Listener;
  #state: State = 'value';
  #depth = 0;
  #deepest = 0;
  /** A bit for each open container, set where it is an object: the text may be nested as deep as it is long. */
  readonly #objects: number[] = [];
  #offset = 0;
  #isName = false;
  /** In a string: the characters of an escape that are still to come. */
  #escape = 0;
  #nameFrom = 0;
  #carriedName: string | null = '';
  #number = 0;
  #word = '';
  #wordAt = 0;

  constructor(listener: Listener) {
    this.#listener = listener;
  }

  get failed(): boolean {
    return this.#state === 'failed';
  }

  /** How many containers have been open at once. */
  get deepest(): number {
    return this.#deepest;
  }

  push(chunk: Buffer): void {
    this.#nameFrom = 0;
    for (let at = 0; at < chunk.length && this.#state !== 'failed'; ) at = this.#read(chunk, at);
    if (this.#state === 'string' && this.#isName) this.#carryName(chunk, chunk.length);
    this.#offset += chunk.length;
  }

  /** No more comes: whether what came was one whole JSON text. */
  end(): boolean {
    if (this.#state === 'number' && this.#depth === 0) this.#endNumber(0);
    return this.#state === 'after' && this.#depth === 0;
  }

  /** Returns where to read on. */
  #read(chunk: Buffer, at: number): number {
    if (this.#state === 'string') return this.#readString(chunk, at);
    const byte = chunk[at] as number;
    if (this.#state === 'number') {
      const next = nextInNumber(this.#number, byte);
      if (next === 0) this.#endNumber(at);
      else this.#number = next;
      return next === 0 ? at : at + 1; // what ended it is read once more, as what it is
    }
    if (this.#state === 'word') this.#readWord(byte, at);
    else if (byte > 0x20) this.#readToken(byte, at);
    else if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) this.#fail();
    return at + 1;
  }

  #readToken(byte: number, at: number): void {
    const state = this.#state;
    if (state === 'after') this.#readAfter(byte, at);
    else if (state === 'colon') this.#state = byte === COLON ? 'value' : 'failed';
    else if (state === 'first item' && byte === CLOSE_ARRAY) this.#close(at);
    else if (state === 'first name' && byte === CLOSE_OBJECT) this.#close(at);
    else if (state === 'value' || state === 'first item') this.#beginValue(byte, at);
    else if (byte === QUOTE) this.#beginString(true, at);
    else this.#fail();
  }

  #readAfter(byte: number, at: number): void {
    const inObject = this.#depth > 0 && this.#isInObject();
    if (this.#depth === 0) this.#fail();
    else if (byte === COMMA) this.#state = inObject ? 'name' : 'value';
    else if (byte === (inObject ? CLOSE_OBJECT : CLOSE_ARRAY)) this.#close(at);
    else this.#fail();
  }

  #beginValue(byte: number, at: number): void {
    if (byte === QUOTE) {
      this.#say('string', at);
      this.#beginString(false, at);
    } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      this.#open(byte === OPEN_OBJECT, at);
    } else {
      this.#beginScalar(byte, at);
    }
  }

  #beginScalar(byte: number, at: number): void {
    const word = WORDS[byte];
    this.#number = word === undefined ? beginNumber(byte) : 0;
    if (word !== undefined) {
      this.#say('literal', at);
      this.#word = word;
      this.#wordAt = 1;
      this.#state = 'word';
    } else if (this.#number !== 0) {
      this.#say('number', at);
      this.#state = 'number';
    } else {
      this.#fail();
    }
  }

  #open(isObject: boolean, at: number): void {
    this.#say(isObject ? 'object' : 'array', at);
    const word = this.#depth >> 5;
    const bit = 1 << (this.#depth & 31);
    this.#objects[word] = isObject ? (this.#objects[word] ?? 0) | bit : (this.#objects[word] ?? 0) & ~bit;
    this.#depth += 1;
    if (this.#depth > this.#deepest) this.#deepest = this.#depth;
    this.#state = isObject ? 'first name' : 'first item';
  }

  #close(at: number): void {
    this.#depth -= 1;
    this.#endValue(at + 1);
  }

  #isInObject(): boolean {
    const innermost = this.#depth - 1;
    return ((this.#objects[innermost >> 5] as number) & (1 << (innermost & 31))) !== 0;
  }

  #beginString(isName: boolean, at: number): void {
    this.#isName = isName;
    this.#state = 'string';
    this.#nameFrom = at + 1;
    this.#carriedName = '';
  }

  /** Strings are most of every text: nothing but a quote, a backslash or a control character matters in them. */
  #readString(chunk: Buffer, from: number): number {
    if (this.#escape > 0) {
      this.#readEscape(chunk[from] as number);
      return from + 1;
    }
    let at = from;
    let byte = 0x20;
    for (; at < chunk.length; at += 1) {
      byte = chunk[at] as number;
      if (byte === QUOTE || byte === BACKSLASH || byte < 0x20) break;
    }
    if (at === chunk.length) return at;
    if (byte === QUOTE) this.#endString(chunk, at);
    else if (byte === BACKSLASH) this.#escape = 1 + HEX_DIGITS;
    else this.#fail();
    return at + 1;
  }

  /** After the backslash, `u` is followed by four digits, and everything else by nothing. */
  #readEscape(byte: number): void {
    const isFirst = this.#escape === 1 + HEX_DIGITS;
    if (isFirst ? !ESCAPED.has(byte) : !isHexDigit(byte)) this.#fail();
    else if (isFirst) this.#escape = byte === LOWER_U ? HEX_DIGITS : 0;
    else this.#escape -= 1;
  }

  #endString(chunk: Buffer, at: number): void {
    if (this.#isName) this.#endName(chunk, at);
    else this.#endValue(at + 1);
  }

  #endName(chunk: Buffer, at: number): void {
    this.#carryName(chunk, at);
    if (this.#depth <= this.#listener.hearing) this.#listener.readName(this.#carriedName);
    this.#state = 'colon';
  }

  /** Names that cannot be one that is looked for are not kept, however long they are. */
  #carryName(chunk: Buffer, to: number): void {
    if (this.#depth > this.#listener.hearing || this.#carriedName === null) return;
    const isLong = this.#carriedName.length + to - this.#nameFrom > LONGEST_NAME;
    this.#carriedName = isLong ? null : this.#carriedName + chunk.toString('latin1', this.#nameFrom, to);
  }

  #readWord(byte: number, at: number): void {
    if (this.#word.charCodeAt(this.#wordAt) !== byte) this.#fail();
    this.#wordAt += 1;
    if (this.#wordAt === this.#word.length && !this.failed) this.#endValue(at + 1);
  }

  #endNumber(at: number): void {
    if (isWholeNumber(this.#number)) this.#endValue(at);
    else this.#fail();
  }

  #endValue(at: number): void {
    this.#state = 'after';
    if (this.#depth <= this.#listener.hearing) this.#listener.endValue(this.#offset + at);
  }

  #say(kind: Kind, at: number): void {
    if (this.#depth <= this.#listener.hearing) this.#listener.beginValue(kind, this.#offset + at);
  }

  #fail(): void {
    this.#state = 'failed';
  }
}

const isHexDigit = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
