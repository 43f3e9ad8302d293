// THE HUB. One exchange from the question to the settled row: the pump reads upstream to its end whatever the client
// does, deliver hands the client what it can take, and settle happens once, in the one `finally`.
import { PLAIN } from '../dialects/dialect.ts';
import { WeirError } from '../errors.ts';
import type { FrameSplitter, Framing } from '../sse/framing.ts';
import { joined } from '../sse/joined.ts';
import type { Turns } from '../turns.ts';
import type { Answer } from '../upstream/answer.ts';
import { collect } from './collect.ts';
import type { Client } from './deliver.ts';
import type { Exchange } from './exchange.ts';

export interface Stages {
  /** Asks upstream; resolves when its answer begins. */
  open(exchange: Exchange): Promise<Answer>;
  /** Makes the completion durable, then releases the end to the client. */
  settle(exchange: Exchange, client: Client): Promise<void>;
  readonly maxFrameBytes: number;
  /** Of an answer that is no stream. */
  readonly maxBodyBytes: number;
  /** In which it is put together. */
  readonly turns: Turns;
}

export async function relay(exchange: Exchange, client: Client, stages: Stages): Promise<void> {
  const delivered = client.deliver(exchange.channel);
  try {
    const answer = await stages.open(exchange);
    const framing = framingOf(exchange, answer);
    if (framing === null) {
      await collect(exchange, answer, { maxBytes: stages.maxBodyBytes, turns: stages.turns });
    } else {
      exchange.frameBy(framing);
      client.begin(answer.status, answer.headers);
      client.keepAlive(framing.comment('keep-alive'));
      await pump(exchange, answer.body, framing.createSplitter(stages.maxFrameBytes));
    }
  } catch (error) {
    exchange.ending.fail(error);
  } finally {
    exchange.upstreamEnded();
    exchange.channel.close();
    await delivered;
    await stages.settle(exchange, client);
  }
}

/** Null where the answer is no stream, whatever was asked for. */
function framingOf(exchange: Exchange, { status, contentType }: Answer): Framing | null {
  const { dialect, ask } = exchange.parts.call;
  return status < 300 ? dialect.framing(contentType, ask) : null;
}

/** The background task: it waits for the channel, never for the client. */
async function pump(exchange: Exchange, body: AsyncIterable<Buffer>, splitter: FrameSplitter): Promise<void> {
  try {
    for await (const chunk of body) {
      exchange.bytes += chunk.length;
      const frames = splitter.push(chunk);
      const full = forward(exchange, frames);
      if (frames.length > 0) exchange.arrived(); // a frame that still grows is no silence
      if (full !== undefined) await full.then(() => exchange.stopwatch.resume());
      if (splitter.tooLarge)
        throw new WeirError('upstream_protocol', { detail: 'The provider sent a frame larger than MAX_FRAME_BYTES.' });
      if (!exchange.holdback.ended) continue;
      if (exchange.holdback.overfull) break;
      exchange.expectEnd();
    }
  } catch (error) {
    // After the terminal frame there was nothing more to come: that the connection then broke costs nothing.
    if (!(exchange.holdback.ended && error instanceof WeirError)) throw error;
  }
  const whole = passTail(exchange, splitter.end());
  const clean = whole && (exchange.holdback.ended || !exchange.framing.isClosed);
  exchange.ending.complete(exchange.meter.reading(), { clean });
}

/** Whole frames, metered one by one, leave in one write. */
function forward(exchange: Exchange, frames: readonly Buffer[]): Promise<void> | undefined {
  const passed: Buffer[] = [];
  for (const frame of frames) passed.push(...exchange.holdback.take(frame, exchange.see(frame)));
  return send(exchange, passed);
}

/**
 * A last frame without its blank line counts where it can be read. Half a frame is dropped, and false says so, unless the
 * answer had ended before it: then nothing is to be said after it, and it goes out as it came.
 */
function passTail(exchange: Exchange, rest: Buffer): boolean {
  if (rest.length === 0) return true;
  const sight = exchange.seeTail(rest) ?? (exchange.holdback.ended ? PLAIN : null);
  if (sight !== null) send(exchange, exchange.holdback.takeTail(rest, sight), true);
  return sight !== null;
}

/** Undefined where the channel has room for more. */
function send(exchange: Exchange, passed: readonly Buffer[], unclosed = false): Promise<void> | undefined {
  if (passed.length === 0) return undefined;
  return exchange.channel.put({ bytes: joined(passed), frames: passed.length, unclosed });
}
