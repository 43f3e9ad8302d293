import { PassThrough } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { createProgress } from './progress.ts';

function output(isTTY: boolean): { progress: ReturnType<typeof createProgress>; text(): string } {
  const out = Object.assign(new PassThrough(), { isTTY });
  return { progress: createProgress(out as unknown as NodeJS.WriteStream), text: () => String(out.read() ?? '') };
}

describe('a step', () => {
  test('is a line when it begins and a line when it is over, where lines cannot be rewritten', async () => {
    const { progress, text } = output(false);
    const result = await progress.step(
      'worker',
      async () => 7,
      (seven) => `has ${seven}`,
    );
    expect(result).toBe(7);
    expect(text()).toMatch(/^ {2}· worker {7}…\n {2}✔ worker {7}has 7 {2}\d+\.\d s\n$/);
  });

  test('is one line on a terminal, rewritten', async () => {
    const { progress, text } = output(true);
    await progress.step(
      'worker',
      async () => undefined,
      () => 'ready',
    );
    expect(text().split('\n')).toHaveLength(2);
  });

  test('that fails is shown as failed, and fails', async () => {
    const { progress, text } = output(false);
    const failing = progress.step(
      'worker',
      () => Promise.reject(new Error('no')),
      () => 'ready',
    );
    await expect(failing).rejects.toThrow('no');
    expect(text()).toContain('✖ worker');
  });
});
