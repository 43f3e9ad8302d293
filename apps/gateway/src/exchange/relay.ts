// THE HUB. One exchange from the question to the settled row: the pump reads upstream to its end whatever the client
// does, the outlet hands the client what it can take, and settle happens once, in the one `finally`.

import type { Turns } from '../body/turns.ts';
import { WeirError } from '../errors.ts';
import type { FrameSplitter } from '../sse/framing.ts';
import { joined } from '../sse/joined.ts';
import type { Answer } from '../upstream/send.ts';
import { collect } from './attempt/collect.ts';
import { framed } from './attempt/framed.ts';
import type { Exchange } from './exchange.ts';

export interface Steps {
  /** Asks upstream; resolves when its answer begins. */
  open(exchange: Exchange): Promise<Answer>;
  /** Makes the completion durable, then releases the end to the client. */
  settle(exchange: Exchange): Promise<void>;
  readonly maxFrameBytes: number;
  /** Of an answer that is no stream. */
  readonly maxBodyBytes: number;
  /** In which it is put together. */
  readonly turns: Turns;
}

export async function relay(exchange: Exchange, steps: Steps): Promise<void> {
  const { attempt, outlet } = exchange;
  const delivered = outlet.deliver();
  try {
    const answer = await steps.open(exchange);
    const { framing, body } = await framed(exchange, answer);
    if (framing === null) {
      await collect(exchange, { ...answer, body }, { maxBytes: steps.maxBodyBytes, turns: steps.turns });
    } else {
      attempt.setFraming(framing);
      outlet.begin(answer.status, answer.headers, framing.comment('keep-alive'));
      await pump(exchange, body, framing.createSplitter(steps.maxFrameBytes));
    }
  } catch (error) {
    exchange.ending.fail(error);
  } finally {
    exchange.upstreamEnded();
    outlet.close();
    await delivered;
    await steps.settle(exchange);
  }
}

/** The background task: it waits for the outlet, never for the client. */
async function pump(exchange: Exchange, body: AsyncIterable<Buffer>, splitter: FrameSplitter): Promise<void> {
  const { attempt, ending } = exchange;
  const { holdback } = attempt;
  try {
    for await (const chunk of body) {
      attempt.bytes += chunk.length;
      const frames = splitter.push(chunk);
      const full = forward(exchange, frames);
      if (frames.length > 0) attempt.checkIdle();
      else attempt.checkGrowth(splitter);
      if (full !== undefined) await full.then(() => attempt.silence.resume());
      if (splitter.tooLarge)
        throw new WeirError('upstream_protocol', { detail: 'The provider sent a frame larger than MAX_FRAME_BYTES.' });
      if (!holdback.ended) continue;
      if (holdback.isOverLimit) break;
      attempt.closeSoon(splitter);
    }
  } catch (error) {
    // After the terminal frame there was nothing more to come: that the connection then broke costs nothing.
    if (!(holdback.ended && error instanceof WeirError)) throw error;
  }
  const tail = attempt.readTail(splitter.end());
  if (tail !== null) send(exchange, tail, true);
  if (attempt.isUnreadable) return ending.fire('upstream_protocol');
  const clean = tail !== null && (holdback.ended || !attempt.framing.isClosed);
  ending.complete(attempt.reading(), { clean, isEnough: attempt.framing.endsWithBody });
}

/** Whole frames, metered one by one, leave in one write. */
function forward(exchange: Exchange, frames: readonly Buffer[]): Promise<void> | undefined {
  const passed: Buffer[] = [];
  for (const frame of frames) passed.push(...exchange.attempt.read(frame));
  return send(exchange, passed);
}

/** Undefined where the outlet has room for more. */
function send({ outlet }: Exchange, passed: readonly Buffer[], unclosed = false): Promise<void> | undefined {
  if (passed.length === 0) return undefined;
  return outlet.put({ bytes: joined(passed), frames: passed.length, unclosed });
}
