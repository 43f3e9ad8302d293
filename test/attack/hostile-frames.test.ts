// A provider whose frame grows byte by byte: it costs memory by its bytes.
import { expect, jest, test } from '@jest/globals';
import { type Hit, shoot } from '../support/hostile/weapons/shot.ts';
import { attacked, besiege, expectUnharmed, rowsOf, type Victim } from './hostile.ts';

jest.setTimeout(90_000);

const MIB = 1024 ** 2;
const STREAMS = 64;
const BYTES = 8000;

besiege((startVictim) => {
  const model = `hostile;drip;${BYTES}`;
  const gemini = `/v1beta/models/${model}:streamGenerateContent`;

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
        timeoutMs: 60_000,
      });
    const { outcome, ...harm } = await attacked(victim, () => Promise.all(Array.from({ length: STREAMS }, ask)));
    expect(outcome.map(({ status, ended }) => [status, ended])).toEqual(Array(STREAMS).fill([200, 'complete']));
    for (const { text } of outcome) expect(text).toContain('x'.repeat(BYTES));
    expect(harm.grownBy).toBeLessThan(4 * STREAMS * BYTES + ALLOWANCE);
    expectUnharmed(harm);
    const rows = await rowsOf(victim.place.installation, name, STREAMS);
    expect(rows.map(({ status, output_tokens: output }) => [status, output])).toEqual(Array(STREAMS).fill(['ok', 3]));
  });
});

const ALLOWANCE = 40 * MIB;

besiege((startVictim) => {
  test.each([
    ['of usage by choice', '/v1/chat/completions', 'choices;300'],
    ['of members of usage', '/v1/messages', 'members;300'],
  ])(
    'a stream that has ever more %s costs neither memory nor time, and its usage is not believed',
    async (...shape) => {
      const [, path, act] = shape;
      const victim = await startVictim();
      const id = `more-${act.replace(';', '-')}`;
      const { outcome, ...harm } = await attacked(victim, () => stream(victim, path, { act, id }));
      expect(outcome).toMatchObject({ status: 200, ended: 'complete' });
      expect(harm.grownBy).toBeLessThan(120 * MIB);
      expectUnharmed(harm);
      const [row] = await rowsOf(victim.place.installation, id, 1);
      expect(row).toMatchObject({ reason: 'usage_missing', usage_source: 'none', unpriced: 'usage' });
    },
  );

  test('early hints without an answer end with HEADERS_TIMEOUT_MS', async () => {
    const victim = await startVictim({ HEADERS_TIMEOUT_MS: '1000' });
    const hit = await stream(victim, '/v1/chat/completions', { act: 'hints', id: 'hints' });
    expect(hit).toMatchObject({ status: 504, code: 'headers_timeout' });
    expect(await rowsOf(victim.place.installation, 'hints', 1)).toMatchObject([
      { status: 'error', reason: 'headers_timeout' },
    ]);
  });
});

function stream({ url }: Victim, path: string, { act, id }: { act: string; id: string }): Promise<Hit> {
  const body = JSON.stringify({ model: `hostile;${act}`, stream: true, messages: [] });
  const headers = `content-type: application/json\r\ncontent-length: ${body.length}\r\nx-request-id: ${id}\r\n`;
  return shoot({ url: new URL(path, url), headers, pieces: [body], timeoutMs: 60_000 });
}
