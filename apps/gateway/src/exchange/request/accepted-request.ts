// One request as it was accepted: what was asked, by whom, and what it wants of the gateway itself.
import type { IncomingHttpHeaders } from 'node:http';
import type { Presented } from '../../admission/presented.ts';
import type { Ask, Dialect } from '../../dialects/dialect.ts';

export interface AcceptedRequest {
  readonly id: string;
  readonly startedAt: Date;
  /** The same moment by performance.now(), which goes on evenly when somebody sets the clock. */
  readonly startedTick: number;
  readonly endpoint: string;
  readonly method: string;
  readonly dialect: Dialect;
  /** Its body is not kept with it: once the provider has it, nobody wants it any more. */
  readonly ask: Omit<Ask, 'body'>;
  readonly requestOptions: RequestOptions;
  /** The caller's headers, and the path that follows the version segment. */
  readonly headers: IncomingHttpHeaders;
  readonly path: string;
  readonly presented: Presented;
  readonly callerRequestId: string | null;
}

/** The `x-weir-*` headers of a request; none of them goes upstream. */
export interface RequestOptions {
  readonly chatId: string | null;
  readonly messageId: string | null;
  readonly user: string | null;
  readonly tags: Record<string, string> | null;
  /** Null: as the upstream is configured. */
  readonly onDisconnect: 'drain' | 'abort' | null;
  readonly trailing: boolean | null;
}
