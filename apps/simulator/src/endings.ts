// Every way an answer can end, as a table: what is sent, and what becomes of the connection then. Knows no API: the
// parts it names are made by the API that was asked.

/** What becomes of the connection: closed well, cut (FIN), reset (RST), or left open for as long as the client stays. */
export type Close = 'end' | 'cut' | 'reset' | 'hold';

/** The parts of a stream that can follow its tokens; `half` is half a frame. */
type TailPart = 'finish' | 'usage' | 'done' | 'error' | 'errorEvent' | 'failed' | 'half';

export type Finale = StreamFinale | BodyFinale | { readonly kind: 'nothing'; readonly close: Close };

export interface StreamFinale {
  readonly kind: 'stream';
  readonly tail: readonly TailPart[];
  readonly close: Close;
}

export interface BodyFinale {
  readonly kind: 'body';
  readonly of: 'answer' | 'failed' | 'error' | 'html';
  readonly status: number;
  /** How much of it is sent, from 0 to 1; its length is told in full. */
  readonly share: number;
  readonly close: Close;
}

interface Ending {
  readonly help: string;
  readonly streamed: Finale;
  /** The same for an answer that is no stream; undefined where there is no such thing. */
  readonly whole: Finale | undefined;
}

export const ENDINGS = {
  done: ending('finish reason, usage, terminal frame', stream(['finish', 'usage', 'done']), body('answer')),
  'no-done': ending('the body ends without the terminal frame', stream(['finish', 'usage'])),
  'no-finish': ending('the body ends after the tokens, with neither finish reason nor terminal frame', stream([])),
  cut: ending('the body ends inside a frame; no stream: before its length', stream(['half']), half('cut')),
  reset: ending('the connection is reset (RST); no stream: in mid-body', stream([], 'reset'), half('reset')),
  silent: ending('nothing more, connection open; no stream: in mid-body', stream([], 'hold'), half('hold')),
  error: ending('an error frame, then the body ends', stream(['error'])),
  'error-event': ending(
    'an error frame of another shape: `event: error` (Groq), flat (Responses)',
    stream(['errorEvent']),
  ),
  'error-hang': ending('an error frame, then nothing more, connection open', stream(['error'], 'hold')),
  failed: ending('an error frame, then response.failed (Responses)', stream(['error', 'failed']), body('failed')),
  'done-hang': ending('as done, but the body never ends', stream(['finish', 'usage', 'done'], 'hold')),
  'error-200': either('status 200 and JSON, but it is an error', body('error')),
  garbage: either('HTML under the content type of the answer', body('html')),
  'no-headers': either('takes the request, and never answers', { kind: 'nothing', close: 'hold' }),
  hangup: either('closes the connection before the first byte of an answer', { kind: 'nothing', close: 'cut' }),
} as const satisfies Record<string, Ending>;

export type EndingName = keyof typeof ENDINGS;

/** How a script ends for that kind of answer; an error status is an ending too. Undefined: it has no such ending. */
export function finaleOf(
  script: { readonly end: EndingName; readonly status: number | undefined },
  streamed: boolean,
): Finale | undefined {
  const { end, status } = script;
  if (status !== undefined) return { ...body(end === 'garbage' ? 'html' : 'error'), status };
  const chosen: Ending = ENDINGS[end];
  return streamed ? chosen.streamed : chosen.whole;
}

function ending(help: string, streamed: Finale, whole?: Finale): Ending {
  return { help, streamed, whole };
}

function either(help: string, finale: Finale): Ending {
  return { help, streamed: finale, whole: finale };
}

function stream(tail: readonly TailPart[], close: Close = 'end'): StreamFinale {
  return { kind: 'stream', tail, close };
}

function body(of: BodyFinale['of']): BodyFinale {
  return { kind: 'body', of, status: 200, share: 1, close: 'end' };
}

function half(close: Close): BodyFinale {
  return { ...body('answer'), share: 0.5, close };
}
