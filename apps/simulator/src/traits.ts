// What sets an API apart in the language that all of them speak.

export interface Traits {
  /** As people call it. */
  readonly name: string;
  /** Where this API can tell usage, with what each means; the first is the default. */
  readonly usages: Readonly<Record<string, string>>;
  /** What makes no sense here and is refused: words (`tools`) and endings (`end=no-done`). */
  readonly lacks?: readonly string[];
  /** Where its defaults are others. */
  readonly defaults?: { readonly tokens?: number; readonly eol?: 'lf' | 'crlf' };
  /** What a caller says to get a stream; null where there are none. */
  readonly streamedBy: string | null;
}
