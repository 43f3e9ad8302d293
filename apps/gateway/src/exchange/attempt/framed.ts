// Tells how an answer is framed: by its content type where that promises events, else by how its body begins. A label is
// no reason to hold a stream back.
import type { Dialect } from '../../dialects/dialect.ts';
import { type Framing, isEventStream } from '../../sse/framing.ts';
import type { Start } from '../../sse/start.ts';
import type { Answer } from '../../upstream/send.ts';
import type { Exchange } from '../exchange.ts';
import { peek } from './peek.ts';

interface Framed {
  /** Null where the answer is no stream, whatever was asked for. */
  readonly framing: Framing | null;
  readonly body: AsyncIterable<Buffer>;
}

export async function framed({ parts, attempt }: Exchange, answer: Answer): Promise<Framed> {
  const { dialect, ask } = parts.call;
  const { status, contentType, body } = answer;
  if (status >= 300) return { framing: null, body };
  if (!ask.streamed || isEventStream(contentType)) return { framing: dialect.framing(contentType, ask), body };
  const { start, body: whole } = await peek(body, () => attempt.checkProgress());
  return { framing: framingBy(start, contentType, dialect), body: whole };
}

function framingBy(start: Start, contentType: string, dialect: Dialect): Framing | null {
  const asked = { streamed: true };
  if (start === 'events') return dialect.framing('text/event-stream', asked);
  if (start === 'array') return dialect.framing('application/json', asked);
  return start === 'object' ? dialect.framing(contentType, asked) : null;
}
