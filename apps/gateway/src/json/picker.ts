// Bytes of one JSON text in, chunk by chunk; out comes where the values lie that are wanted, however much lies between
// them. Lists are looked through: what is wanted of a value is wanted of each of its items.
import { Buffer } from 'node:buffer';
import { JsonScanner, type Kind, type Listener } from './scanner.ts';

/** `true`: the whole value. Else the members that are wanted of it, by name; `*` is any name that is not listed. */
export type Wanted = true | { readonly [name: string]: Wanted };

/** A value that is wanted, or one that holds some that are. */
export interface Found {
  readonly kind: Kind;
  readonly start: number;
  /** Behind its last byte; -1 until that came. */
  end: number;
  /** By name, the last of each; null where the value is wanted whole, or is no object. */
  readonly members: Record<string, Found> | null;
  /** Null where the value is wanted whole, or is no list. */
  readonly items: Found[] | null;
}

/** A name of a member that is wanted, given once more or in other letters: another parser may read the other one. */
export interface Clash {
  readonly name: string;
  readonly written: string;
}

interface Level {
  readonly found: Found;
  readonly wanted: Exclude<Wanted, true>;
}

// A list of a million items is looked through to its end, and no more of them are kept.
const MOST_KEPT = 1000;

export class JsonPicker implements Listener {
  readonly #wanted: Wanted;
  readonly #scanner = new JsonScanner(this);
  /** The open containers that may hold something wanted, the innermost last. */
  readonly #levels: Level[] = [];
  #root: Found | null = null;
  /** The member whose name was read, and what is wanted of it. */
  #name = '';
  #wantedOfIt: Wanted | null = null;
  /** A value is being read in which nothing more is looked for; kept, or (null) not. */
  #isInValue = false;
  #value: Found | null = null;
  #kept = 0;
  #clash: Clash | null = null;

  constructor(wanted: Wanted) {
    this.#wanted = wanted;
  }

  /** What came is no JSON. */
  get failed(): boolean {
    return this.#scanner.failed;
  }

  /** How deep it is nested. */
  get depth(): number {
    return this.#scanner.deepest;
  }

  /** Null until it begins. */
  get root(): Found | null {
    return this.#root;
  }

  /** The first one, where there was any. */
  get clash(): Clash | null {
    return this.#clash;
  }

  get hearing(): number {
    return this.#levels.length;
  }

  push(chunk: Buffer): void {
    this.#scanner.push(chunk);
  }

  /** No more comes. What was found; null where it is no whole JSON text. */
  end(): Found | null {
    return this.#scanner.end() ? this.#root : null;
  }

  readName(raw: string | null): void {
    const { found, wanted } = this.#levels.at(-1) as Level;
    this.#wantedOfIt = null;
    if (raw === null) return;
    const name = textOf(raw);
    const isListed = Object.hasOwn(wanted, name);
    this.#clash ??= clashOf(name, { wanted, isRepeated: isListed && name in (found.members ?? {}) });
    this.#name = name;
    this.#wantedOfIt = (isListed ? wanted[name] : this.#ifRoom(wanted['*'])) ?? null;
  }

  beginValue(kind: Kind, start: number): void {
    const wanted = this.#wantedHere(kind);
    const holds = wanted !== null && wanted !== true && (kind === 'object' || kind === 'array');
    const found = wanted === null ? null : foundAt(kind, start, holds);
    if (found !== null) this.#keep(found);
    if (holds) this.#levels.push({ found: found as Found, wanted });
    this.#isInValue = !holds;
    this.#value = found;
  }

  endValue(at: number): void {
    const ended = this.#isInValue ? this.#value : (this.#levels.pop() as Level).found;
    if (ended !== null) ended.end = at;
    this.#isInValue = false;
  }

  /** What is wanted of a value that begins in the innermost container. */
  #wantedHere(kind: Kind): Wanted | null {
    const level = this.#levels.at(-1);
    if (level === undefined) return this.#wanted;
    if (level.found.items === null) return this.#wantedOfIt;
    const isHolder = kind === 'object' || kind === 'array';
    return (isHolder ? this.#ifRoom(level.wanted) : null) ?? null;
  }

  #ifRoom<T>(wanted: T | undefined): T | null {
    if (wanted === undefined || this.#kept >= MOST_KEPT) return null;
    this.#kept += 1;
    return wanted;
  }

  #keep(found: Found): void {
    const holder = this.#levels.at(-1)?.found;
    if (holder === undefined) this.#root = found;
    else if (holder.items !== null) holder.items.push(found);
    else if (holder.members !== null) holder.members[this.#name] = found;
  }
}

const foundAt = (kind: Kind, start: number, holds: boolean): Found => ({
  kind,
  start,
  end: -1,
  members: holds && kind === 'object' ? Object.create(null) : null,
  items: holds && kind === 'array' ? [] : null,
});

/** Some parsers read names without regard to case, as Unicode folds it: `ſtream` is `stream` to them. */
function clashOf(name: string, { wanted, isRepeated }: { wanted: object; isRepeated: boolean }): Clash | null {
  if (isRepeated) return { name, written: name };
  const folded = name.toUpperCase().toLowerCase();
  return folded !== name && Object.hasOwn(wanted, folded) ? { name: folded, written: name } : null;
}

/** A name as it stands between its quotes, each byte a character → the name. */
function textOf(raw: string): string {
  if (!/[\\\x80-\xff]/.test(raw)) return raw;
  const text = Buffer.from(raw, 'latin1').toString('utf8');
  return text.includes('\\') ? JSON.parse(`"${text}"`) : text;
}
