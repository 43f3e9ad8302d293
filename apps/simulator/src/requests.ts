// Remembers what the simulator was asked and what became of it, for tests to read. Holds no prompt and no credential:
// those are left out or replaced by a fingerprint. Bounded: the oldest is forgotten.
import type { IncomingHttpHeaders } from 'node:http';
import { createRing } from './ring.ts';
import { headersWithoutSecrets, urlWithoutSecrets } from './secrets.ts';

export interface RequestRecord {
  /** The id of the answer. */
  readonly id: string;
  /** Path and query. */
  readonly url: string;
  readonly model: string | null;
  readonly stream: boolean;
  /** Whether there was an Authorization header. */
  readonly authorization: boolean;
  readonly headers: Readonly<Record<string, string>>;
  /** The request's body without the prompt; null when it was no JSON object. */
  readonly body: Readonly<Record<string, unknown>> | null;
  readonly startedAt: string;
  endedAt: string | null;
  /** Whole frames; a comment frame is no frame here. */
  sentFrames: number;
  /** Bytes of the body, as encoded. */
  sentBytes: number;
  /** Whether the client closed before it had the end. */
  sawClose: boolean;
}

interface AskedRequest extends Pick<RequestRecord, 'id' | 'url' | 'model' | 'stream' | 'body'> {
  readonly headers: IncomingHttpHeaders;
}

export interface RequestLog {
  open(asked: AskedRequest): RequestRecord;
  list(): readonly RequestRecord[];
  clear(): void;
}

export function createRequestLog(capacity: number): RequestLog {
  const records = createRing<RequestRecord>(capacity);
  return {
    open: (asked) => {
      const record = recordOf(asked);
      records.keep(record.id, record);
      return record;
    },
    list: records.list,
    clear: records.clear,
  };
}

function recordOf({ id, url, model, stream, headers, body }: AskedRequest): RequestRecord {
  return {
    id,
    url: urlWithoutSecrets(url),
    model,
    stream,
    authorization: headers.authorization !== undefined,
    headers: headersWithoutSecrets(headers),
    body,
    startedAt: new Date().toISOString(),
    endedAt: null,
    sentFrames: 0,
    sentBytes: 0,
    sawClose: false,
  };
}
