import { expect, test } from '@jest/globals';
import { Blocks } from './blocks.ts';
import { Turns } from './turns.ts';

const MIB = 1_048_576;

const bytes = (length: number, from = 0) => Buffer.from(Array.from({ length }, (_, at) => (from + at) & 0xff));

function gathered(pieces: readonly Buffer[]): Blocks {
  const blocks = new Blocks();
  for (const piece of pieces) blocks.add(piece);
  return blocks;
}

test.each([
  ['nothing', []],
  ['one piece', [bytes(10)]],
  ['a few', [bytes(10), bytes(0), bytes(300)]],
  ['a block and a bit', [bytes(MIB), bytes(1, 7)]],
  ['many of odd sizes', Array.from({ length: 50 }, (_, at) => bytes(70_001 + at, at))],
  ['one that is larger than a block', [bytes(3 * MIB, 5), bytes(9), bytes(2 * MIB)]],
])('%s comes out as it went in', async (_, pieces) => {
  const blocks = gathered(pieces);
  const whole = Buffer.concat(pieces);
  expect(blocks.length).toBe(whole.length);
  expect((await blocks.join(new Turns())).equals(whole)).toBe(true);
});

test('one piece alone is not copied', async () => {
  const piece = bytes(10);
  expect((await gathered([piece]).join(new Turns())).buffer).toBe(piece.buffer);
});

test('no turn copies more than a block and a piece', async () => {
  let turns = 0;
  const goFirst = (goOn: () => void) => {
    turns += 1;
    setImmediate(goOn);
  };
  const pieces = Array.from({ length: 100 }, () => Buffer.alloc(65_536));
  await gathered(pieces).join({ goFirst });
  expect(turns).toBe(6); // 6.25 MiB
});
