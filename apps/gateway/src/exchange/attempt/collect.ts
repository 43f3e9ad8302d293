// An answer that is no stream: read whole, metered as it comes, and kept until its completion is durable.
import { Blocks } from '../../body/blocks.ts';
import type { Turns } from '../../body/turns.ts';
import { WeirError } from '../../errors.ts';
import type { Answer } from '../../upstream/send.ts';
import type { Exchange } from '../exchange.ts';

interface Limits {
  readonly maxBytes: number;
  readonly turns: Turns;
}

export async function collect(exchange: Exchange, answer: Answer, { maxBytes, turns }: Limits): Promise<void> {
  const { attempt, ending } = exchange;
  const { meter } = attempt;
  const refused = answer.status >= 300;
  if (refused) ending.fire('upstream_status', `The provider answered ${answer.status}.`);
  const blocks = new Blocks();
  for await (const chunk of answer.body) {
    attempt.bytes += chunk.length;
    if (attempt.bytes > maxBytes)
      throw new WeirError('upstream_protocol', { detail: `The provider's answer is larger than ${maxBytes} bytes.` });
    attempt.checkProgress();
    blocks.add(chunk);
    if (!refused) meter.pushBody(chunk);
  }
  const body = await blocks.join(turns);
  attempt.frames = 1;
  if (!refused) {
    const isReadable = meter.seeBody(body);
    if (isReadable || exchange.parts.call.dialect.takesAnyBody)
      ending.complete(meter.reading(), { clean: true, isEnough: !isReadable });
    else ending.fire('upstream_protocol'); // it is handed on all the same
  }
  attempt.bufferedAnswer = { status: answer.status, headers: answer.headers, body };
}
