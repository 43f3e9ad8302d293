// A provider whose frame grows byte by byte: it costs memory by its bytes.
import { expect, jest, test } from '@jest/globals';
import { shoot } from '../attack/weapons/shot.ts';
import { attacked, besiege, expectUnharmed, rowsOf } from './hostile.ts';

jest.setTimeout(90_000);

const MIB = 1024 ** 2;
const STREAMS = 64;
const BYTES = 8000;

besiege((startVictim) => {
  const model = `hostile;drip;${BYTES}`;
  const gemini = `/v1beta/models/${encodeURIComponent(model)}:streamGenerateContent`;

  test.each([
    ['an event', '/v1/chat/completions', { model, stream: true, messages: [] }],
    ['an element of a JSON array', gemini, { contents: [] }],
  ])('in %s', async (what, path, request) => {
    const victim = await startVictim();
    const name = `grows-${what.replaceAll(' ', '-')}-`;
    const body = JSON.stringify(request);
    const ask = (_: unknown, at: number) =>
      shoot({
        url: new URL(path, victim.url),
        headers: `content-type: application/json\r\ncontent-length: ${body.length}\r\nx-request-id: ${name}${at}\r\n`,
        pieces: [body],
        patienceMs: 60_000,
      });
    const { outcome, ...harm } = await attacked(victim, () => Promise.all(Array.from({ length: STREAMS }, ask)));
    expect(outcome.map(({ status, ended }) => [status, ended])).toEqual(Array(STREAMS).fill([200, 'complete']));
    for (const { text } of outcome) expect(text).toContain('x'.repeat(BYTES));
    expect(harm.grownBy).toBeLessThan(4 * STREAMS * BYTES + ALLOWANCE);
    expectUnharmed(harm);
    const rows = await rowsOf(victim.place.house, name, STREAMS);
    expect(rows.map(({ status, output_tokens: output }) => [status, output])).toEqual(Array(STREAMS).fill(['ok', 3]));
  });
});

const ALLOWANCE = 40 * MIB;
