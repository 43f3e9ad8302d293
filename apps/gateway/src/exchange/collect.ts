// An answer that is no stream: read whole, metered whole, and kept until its completion is durable.
import { WeirError } from '../errors.ts';
import type { Answer } from '../upstream/answer.ts';
import type { Exchange } from './exchange.ts';

export async function collect(exchange: Exchange, answer: Answer, maxBytes: number): Promise<void> {
  const refused = answer.status >= 300;
  if (refused) exchange.ending.fire('upstream_status', `The provider answered ${answer.status}.`);
  const body = await readWhole(exchange, answer.body, maxBytes);
  exchange.frames = 1;
  if (!refused) meterBody(exchange, body);
  exchange.whole = { status: answer.status, headers: answer.headers, body };
}

async function readWhole(exchange: Exchange, body: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) {
    exchange.bytes += chunk.length;
    if (exchange.bytes > maxBytes) throw new WeirError('upstream_protocol');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function meterBody(exchange: Exchange, body: Buffer): void {
  if (!exchange.meter.seeBody(body)) throw new WeirError('upstream_protocol');
  exchange.ending.complete(exchange.meter.reading(), { clean: true });
}
