// What a provider's usage object says beyond the row's columns.

/** Undefined: it is not said. */
export interface Modalities {
  readonly audio?: number | undefined;
  readonly image?: number | undefined;
  readonly video?: number | undefined;
}

/** What a usage object says beyond the columns. */
export interface Details {
  /** Of the input, of what of it was cached, and of the output. */
  readonly input?: Modalities;
  readonly cached?: Modalities;
  readonly output?: Modalities;
  /** Of what was written to the cache, what stays there for an hour. */
  readonly writtenForAnHour?: number | undefined;
  readonly units?: Readonly<Record<string, number>>;
}
