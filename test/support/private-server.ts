// A server of a test's own, on a free port and in a directory of its own: it may be hurt without hurting anybody.
export interface PrivateServer {
  readonly url: string;
  /** As an operator stops it. */
  stop(): Promise<void>;
  /** As a crash does. */
  kill(): Promise<void>;
  /** Again, on the same port. */
  start(): Promise<void>;
  /** It takes connections and commands, and answers none. */
  hang(): void;
  resume(): void;
  /** Stops it, and removes what it wrote. */
  remove(): Promise<void>;
}
