import { Buffer } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import { type FrameInfo, OTHER } from '../../dialects/dialect.ts';
import { Holdback, type HoldbackPolicy } from './holdback.ts';

const CONTENT: FrameInfo = { ...OTHER, content: true };
const ALONE: FrameInfo = { ...OTHER, usage: 'alone' };
const BESIDE: FrameInfo = { ...OTHER, usage: 'beside' };
const BESIDE_CONTENT: FrameInfo = { ...BESIDE, content: true };
const TERMINAL: FrameInfo = { ...OTHER, end: 'terminal' };
const ERROR: FrameInfo = { ...OTHER, end: 'error' };
const ERROR_BESIDE: FrameInfo = { ...ERROR, usage: 'beside' };

const text = 'data: {"choices":[{"delta":{"content":"a"}}]}\n\n';
const alone = 'data: {"choices":[],"usage":{"total_tokens":3}}\n\n';
const beside = 'data: {"choices":[{}],"usage":{"total_tokens":3}}\n\n';
const ping = ': ping\n\n';
const done = 'data: [DONE]\n\n';
const failure = 'data: {"error":{"message":"no"},"usage":{"total_tokens":3}}\n\n';
const told = 'data: {"error":{"code":"upstream_reset"}}\n\n';

const METADATA = { cost: '0.5' };
const COMMENT = ': weir {"cost":"0.5"}\n\n';
const carrying = (frame: string): string => frame.replace(/}\n\n$/, ',"weir":{"cost":"0.5"}}\n\n');

type Step = readonly [frame: string, sight: FrameInfo];

const NEITHER: HoldbackPolicy = { stripUsage: false, carry: false };
const STRIP: HoldbackPolicy = { stripUsage: true, carry: false };
const CARRY: HoldbackPolicy = { stripUsage: false, carry: true };
const BOTH: HoldbackPolicy = { stripUsage: true, carry: true };

/** What went out at once, and what the release then hands over. */
function run(policy: HoldbackPolicy, steps: readonly Step[], last: string | null = null) {
  const holdback = new Holdback(policy);
  const out = steps.flatMap(([frame, sight]) => holdback.take(Buffer.from(frame), sight)).map(String);
  const { held, ended } = holdback;
  const released = String(holdback.release(policy.carry ? METADATA : null, last));
  return { out, released, held, ended };
}

describe('with nothing asked of it', () => {
  test('every frame goes out at once and as it came, but the terminal one', () => {
    const steps: Step[] = [
      [ping, OTHER],
      [text, CONTENT],
      [beside, BESIDE],
      [alone, ALONE],
      [done, TERMINAL],
    ];
    expect(run(NEITHER, steps)).toEqual({
      out: [ping, text, beside, alone],
      released: done,
      held: { frames: 1, bytes: done.length },
      ended: true,
    });
  });

  test("the provider's own error is held like a terminal frame", () => {
    expect(
      run(NEITHER, [
        [text, CONTENT],
        [failure, ERROR_BESIDE],
        [done, TERMINAL],
      ]),
    ).toEqual({
      out: [text],
      released: failure + done,
      held: { frames: 2, bytes: failure.length + done.length },
      ended: true,
    });
  });

  test('a stream without a terminal frame holds nothing', () => {
    expect(
      run(NEITHER, [
        [text, CONTENT],
        [beside, BESIDE],
      ]),
    ).toEqual({
      out: [text, beside],
      released: '',
      held: { frames: 0, bytes: 0 },
      ended: false,
    });
  });

  test('what follows the terminal frame waits behind it, in order', () => {
    const steps: Step[] = [
      [done, TERMINAL],
      [ping, OTHER],
      [text, CONTENT],
      [alone, ALONE],
      ['\n', OTHER],
    ];
    expect(run(NEITHER, steps)).toMatchObject({ out: [], released: `${done}${ping}${text}${alone}\n` });
  });

  test('a frame that goes out is the very one that came', () => {
    const frame = Buffer.from(text);
    expect(new Holdback(NEITHER).take(frame, CONTENT)[0]).toBe(frame);
  });
});

describe('usage that is to be kept from the client', () => {
  test('is dropped where it stands alone, and cut out where it does not', () => {
    const steps: Step[] = [
      [text, CONTENT],
      [beside, BESIDE],
      [alone, ALONE],
      [done, TERMINAL],
    ];
    expect(run(STRIP, steps)).toMatchObject({ out: [text, 'data: {"choices":[{}]}\n\n'], released: done });
  });

  test('is cut out of content, and of an error', () => {
    const steps: Step[] = [
      [beside, BESIDE_CONTENT],
      [failure, ERROR_BESIDE],
    ];
    expect(run(STRIP, steps)).toMatchObject({
      out: ['data: {"choices":[{}]}\n\n'],
      released: 'data: {"error":{"message":"no"}}\n\n',
    });
  });

  test('is not dropped with an error that stands in the same frame', () => {
    expect(run(STRIP, [[failure, { ...ERROR, usage: 'alone' }]]).released).toBe('data: {"error":{"message":"no"}}\n\n');
  });

  test('is kept from it behind the terminal frame too', () => {
    expect(
      run(STRIP, [
        [done, TERMINAL],
        [alone, ALONE],
        [beside, BESIDE],
      ]).released,
    ).toBe(`${done}data: {"choices":[{}]}\n\n`);
  });

  test('counts for nothing in what the release hands over', () => {
    expect(
      run(STRIP, [
        [alone, ALONE],
        [done, TERMINAL],
        [alone, ALONE],
      ]).held,
    ).toEqual({ frames: 1, bytes: done.length });
  });

  test('costs no other frame a byte', () => {
    const odd = 'event: x\r\nid: 1\r\ndata:{"usage" :null }\r\n\r\n';
    expect(
      run(STRIP, [
        [odd, OTHER],
        [ping, OTHER],
      ]).out,
    ).toEqual([odd, ping]);
  });

  test('stays in a frame of several lines, which is not edited', () => {
    const several = 'data: {"choices":[{}],\ndata: "usage":{"total_tokens":3}}\n\n';
    expect(run(STRIP, [[several, BESIDE]]).out).toEqual([several]);
  });
});

describe('metadata', () => {
  test('rides in the usage frame that stands before the terminal one', () => {
    const steps: Step[] = [
      [text, CONTENT],
      [alone, ALONE],
      [done, TERMINAL],
    ];
    expect(run(CARRY, steps)).toMatchObject({ out: [text], released: carrying(alone) + done });
  });

  test('rides in a finish frame with usage', () => {
    expect(
      run(CARRY, [
        [beside, BESIDE],
        [done, TERMINAL],
      ]),
    ).toMatchObject({ out: [], released: carrying(beside) + done });
  });

  test('rides in the last of several, and the earlier ones go out', () => {
    const first = alone.replace('3', '1');
    const steps: Step[] = [
      [first, ALONE],
      [ping, OTHER],
      [alone, ALONE],
      [done, TERMINAL],
    ];
    expect(run(CARRY, steps)).toMatchObject({ out: [first, ping], released: carrying(alone) + done });
  });

  test('keeps what follows the usage frame in its place', () => {
    const moderation = 'data: {"choices":[],"usage":null}\n\n';
    const steps: Step[] = [
      [alone, ALONE],
      [moderation, OTHER],
      [ping, OTHER],
      [done, TERMINAL],
    ];
    expect(run(CARRY, steps)).toMatchObject({ out: [], released: carrying(alone) + moderation + ping + done });
  });

  test('does not delay content: a usage frame that is followed by some goes out before it', () => {
    const steps: Step[] = [
      [alone, ALONE],
      [ping, OTHER],
      [text, CONTENT],
      [done, TERMINAL],
    ];
    expect(run(CARRY, steps)).toMatchObject({ out: [alone, ping, text], released: COMMENT + done });
  });

  test('does not hold a frame that has content beside its usage', () => {
    expect(run(CARRY, [[beside, BESIDE_CONTENT]]).out).toEqual([beside]);
    const steps: Step[] = [
      [beside, BESIDE_CONTENT],
      [beside, BESIDE_CONTENT],
      [beside, BESIDE],
      [done, TERMINAL],
    ];
    expect(run(CARRY, steps)).toMatchObject({ out: [beside, beside], released: carrying(beside) + done });
  });

  test('is a comment before the terminal frame where no usage frame can carry it', () => {
    expect(
      run(CARRY, [
        [text, CONTENT],
        [done, TERMINAL],
        [ping, OTHER],
      ]),
    ).toMatchObject({
      out: [text],
      released: COMMENT + done + ping,
    });
  });

  test("is a comment before the provider's error", () => {
    expect(
      run(CARRY, [
        [failure, ERROR_BESIDE],
        [done, TERMINAL],
      ]).released,
    ).toBe(COMMENT + failure + done);
  });

  test('is a comment where the usage frame has several lines', () => {
    const several = 'data: {"choices":[],\ndata: "usage":{"total_tokens":3}}\n\n';
    expect(
      run(CARRY, [
        [several, ALONE],
        [done, TERMINAL],
      ]).released,
    ).toBe(several + COMMENT + done);
  });

  test('is a comment where usage is kept from the client', () => {
    expect(
      run(BOTH, [
        [beside, BESIDE],
        [alone, ALONE],
        [done, TERMINAL],
      ]),
    ).toMatchObject({
      out: ['data: {"choices":[{}]}\n\n'],
      released: COMMENT + done,
    });
  });

  test('is never put into usage that follows the terminal frame', () => {
    expect(
      run(CARRY, [
        [done, TERMINAL],
        [alone, ALONE],
      ]).released,
    ).toBe(COMMENT + done + alone);
  });

  test('is the last word of a stream without a terminal frame', () => {
    expect(run(CARRY, [[text, CONTENT]]).released).toBe(COMMENT);
    expect(run(CARRY, [[alone, ALONE]]).released).toBe(carrying(alone));
    expect(run(CARRY, []).released).toBe(COMMENT);
  });

  test('stands before the error that a broken stream ends with', () => {
    expect(run(CARRY, [[text, CONTENT]], told).released).toBe(COMMENT + told);
    expect(
      run(
        CARRY,
        [
          [alone, ALONE],
          [ping, OTHER],
        ],
        told,
      ).released,
    ).toBe(carrying(alone) + ping + told);
  });

  test('is ASCII, so that a comment is never cut inside a character', () => {
    const holdback = new Holdback(CARRY);
    expect(String(holdback.release({ who: 'é🍏' }, null))).toBe(': weir {"who":"\\u00e9\\ud83c\\udf4f"}\n\n');
  });

  test('leaves the frames as they were when nothing is to be said after all', () => {
    const holdback = new Holdback(CARRY);
    holdback.take(Buffer.from(alone), ALONE);
    holdback.take(Buffer.from(done), TERMINAL);
    expect(String(holdback.release(null, null))).toBe(alone + done);
  });
});

test('an error of ours ends a stream that has no terminal frame', () => {
  expect(run(NEITHER, [[text, CONTENT]], told).released).toBe(told);
});

describe('memory', () => {
  const large = `: ${'x'.repeat(100_000)}\n\n`;
  const flood: Step[] = [
    [large, OTHER],
    [large, OTHER],
    [large, OTHER],
    [large, OTHER],
  ];

  test('is bounded: a usage frame with too much behind it goes out after all', () => {
    const { out, released } = run(CARRY, [[alone, ALONE], ...flood, [done, TERMINAL]]);
    expect(out).toEqual([alone, large, large, large, large]);
    expect(released).toBe(COMMENT + done);
  });

  test('is bounded: too much behind the terminal frame is noticed', () => {
    const holdback = new Holdback(NEITHER);
    holdback.take(Buffer.from(done), TERMINAL);
    const isOverLimit = flood.map(([frame, sight]) => {
      holdback.take(Buffer.from(frame), sight);
      return holdback.isOverLimit;
    });
    expect(isOverLimit).toEqual([false, false, true, true]);
  });

  test('is not held where nothing is', () => {
    expect(new Holdback(CARRY)).toMatchObject({ isOverLimit: false, ended: false, held: { frames: 0, bytes: 0 } });
  });
});
