// A server that the suites run on: one that is there, or one that is brought for this run alone, or none.
export interface Found {
  /** `none` where there is nothing, as the suites are told. */
  readonly url: string;
  /** In words: where it is, or why there is none. */
  readonly told: string;
  stop(): Promise<void>;
}

export interface Search {
  /** What runs already is left alone. */
  readonly own: boolean;
  /** Where what is brought may write. */
  readonly directory: string;
}

export const NONE = 'none';

export const missing = (why: string): Found => ({ url: NONE, told: why, stop: async () => undefined });
