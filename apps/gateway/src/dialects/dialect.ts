// What the relay asks of an API, so that it need know none: how a request is read and prepared, how its answer is
// metered, and how an error is said. One file an API implements this; nothing here waits, and nothing here is sent.
import type { Buffer } from 'node:buffer';
import type { WeirError } from '../errors.ts';
import type { Wanted } from '../json/picker.ts';
import type { SseEvent } from '../sse/event.ts';
import type { Framing } from '../sse/framing.ts';
import type { Form } from './form-fields.ts';
import type { RequestBody } from './request-body.ts';
import type { UsageReading } from './usage-reading.ts';

export interface Dialect {
  readonly name: string;
  /** Reads the caller's request; throws a WeirError that says what is wrong with it. */
  ask(request: AskedRequest): Ask;
  /** How an answer of this content type is framed; null: it is no stream, but one body. */
  framing(contentType: string, ask: Pick<Ask, 'streamed'>): Framing | null;
  /** An answer that is no stream need not be one that can be read. */
  readonly takesAnyBody?: boolean;
  createReader(ask?: Pick<Ask, 'units'>): Reader;
  /** All that its reader looks at, of whole answers and of frames: of large ones nothing else is parsed. */
  readonly wanted: Wanted;
  /** The headers in which this API's providers expect a key. */
  credentials(apiKey: string): Record<string, string>;
  /** Where this API takes a caller's key in the URL as well. */
  readonly urlCredential?: (url: string) => string | null;
  errorBody(error: WeirError): object;
  /** The same, as a frame that the API's own clients take for an error. */
  errorFrame(error: WeirError, stream: { framing: Framing; frames: number }): string;
}

export interface AskedRequest {
  /** As the caller wrote it, query included. */
  readonly url: string;
  readonly body: RequestBody;
  /** The body's, where it has one. */
  readonly contentType?: string | undefined;
  /** Of a form that streams: what it has said so far. */
  readonly form?: Form | undefined;
  /** Named by the path: then the body's does not count. */
  readonly model?: string | undefined;
}

/** What the caller wants, and the body that goes upstream in its place. */
export interface Ask {
  readonly model: string;
  readonly streamed: boolean;
  /** Whether the caller would have got usage in its stream without us. */
  readonly usageRequested: boolean;
  /** The caller said no to usage in its stream, and was overruled. */
  readonly usageOverruled: boolean;
  readonly body: Buffer;
  /** An answer that was already given, and paid for, is read once more. Not so where it says it is of the background. */
  readonly replay?: boolean;
  /** Its `model` only stands for one: no rule about models is asked where it goes. */
  readonly namesNoModel?: boolean;
  /** What will be billed, where the question says it: no token, by kind. */
  readonly units?: Readonly<Record<string, number>> | null;
  /** Of its row, beside the caller's own. */
  readonly tags?: Record<string, string>;
}

/** Reads one answer as it passes. It keeps what it read, changes nothing, and ignores what it cannot read. */
export interface Reader {
  /**
   * Whether this frame of a stream of events carries generated content, and nothing else that `see` would keep: most do,
   * and need not be parsed. False where there is any doubt.
   */
  isPlainContent?(frame: Buffer): boolean;
  /** Null where the event is malformed: half of a frame, for one. */
  see(event: SseEvent): FrameInfo | null;
  /** A whole answer that is not a stream; false where it is no answer of this API. */
  seeBody(body: unknown): boolean;
  reading(): Reading;
}

/** What one frame turned out to be. */
export interface FrameInfo {
  /** It carries something generated: the first one ends the time to first token. */
  readonly content: boolean;
  /** To the client, the end: the terminal frame, or the provider's own word that it failed. */
  readonly end: 'terminal' | 'error' | null;
  /** The usage that it carries: alone (no choices beside it), or beside choices that the client needs. */
  readonly usage: 'none' | 'alone' | 'beside';
}

export const OTHER: FrameInfo = { content: false, end: null, usage: 'none' };
export const CONTENT: FrameInfo = { ...OTHER, content: true };

/** Counts of what is no token, by kind. */
export type Units = Readonly<Record<string, number>>;

/** Tokens, or whatever else it is billed by; believed or not. */
export const isCounted = ({ usage, units }: Pick<Reading, 'usage' | 'units'>): boolean =>
  usage !== null || (units ?? null) !== null;

export const isUsageKnown = (reading: Pick<Reading, 'usage' | 'units' | 'disbelief'>): boolean =>
  isCounted(reading) && reading.disbelief?.of !== 'all';

/** All that an answer said of itself so far. */
export interface Reading extends UsageReading {
  readonly model: string | null;
  readonly upstreamId: string | null;
  readonly finishReason: string | null;
  readonly terminalSeen: boolean;
  /** The provider said itself that it failed. */
  readonly failed: boolean;
  /** It was made in the background, and may be read more than once: it is paid for once. */
  readonly background?: boolean;
  /** That it says nothing of usage is no fault: not every answer of this API costs something. */
  readonly mayLackUsage?: boolean;
  /** What it counted that is no token. */
  readonly units?: Units | null;
  /** The tier that it was served in, where the provider says so beside its usage. */
  readonly serviceTier?: string | null;
}
