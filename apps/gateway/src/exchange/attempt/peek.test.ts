import { Buffer } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import { peek } from './peek.ts';

const never = () => undefined;

/** Says how many pieces were taken, and whether its reader hung up. */
function scripted(pieces: readonly string[]) {
  const seen = { taken: 0, hungUp: false };
  async function* body(): AsyncGenerator<Buffer> {
    try {
      for (const piece of pieces) {
        seen.taken += 1;
        yield Buffer.from(piece);
      }
    } finally {
      seen.hungUp = seen.taken < pieces.length;
    }
  }
  return { body: body(), seen };
}

async function all(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('a body that is peeked at', () => {
  test('holds no more than is needed, and comes whole', async () => {
    const { body, seen } = scripted(['d', 'a', 'ta', ':', ' a\n', '\n']);
    const peeked = await peek(body, never);
    expect([peeked.start, seen.taken]).toEqual(['events', 4]);
    expect(await all(peeked.body)).toBe('data: a\n\n');
  });

  test.each(['', 'hello', ' '])('may end before anything is known of it: %j', async (text) => {
    const peeked = await peek(scripted(text === '' ? [] : [text]).body, never);
    expect(peeked.start).toBe('other');
    expect(await all(peeked.body)).toBe(text);
  });

  test('is hung up on by whoever has had enough of it, at once or later', async () => {
    for (const reads of [1, 2]) {
      const { body, seen } = scripted(['data: a\n\n', 'data: b\n\n', 'data: c\n\n']);
      let left = reads;
      for await (const _ of (await peek(body, never)).body) {
        left -= 1;
        if (left === 0) break;
      }
      expect(seen).toEqual({ taken: reads, hungUp: true });
    }
  });

  test('may be given up while nothing is known of it', async () => {
    const { body, seen } = scripted(['d', 'a', 't', 'a', ':']);
    let left = 3;
    const check = () => {
      left -= 1;
      if (left === 0) throw new Error('too long');
    };
    await expect(peek(body, check)).rejects.toThrow('too long');
    expect(seen).toEqual({ taken: 3, hungUp: true });
  });

  test('that breaks before anything is known of it says so', async () => {
    async function* breaking(): AsyncGenerator<Buffer> {
      yield Buffer.from('d');
      throw new Error('broke');
    }
    await expect(peek(breaking(), never)).rejects.toThrow('broke');
  });
});
