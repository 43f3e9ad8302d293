// JSON that is costly to parse, from callers and from a provider: nobody else waits for it.
import { describe, expect, jest, test } from '@jest/globals';
import { costlyBody, isDeep, SHAPES } from '../support/hostile/weapons/costly-json.ts';
import { shoot } from '../support/hostile/weapons/shot.ts';
import { attacked, besiege, expectUnharmed, rowsOf } from './hostile.ts';

jest.setTimeout(90_000);

const MIB = 1024 ** 2;
const BYTES = 16 * MIB;
const CALLERS = 4;
const JSON_TYPE = 'content-type: application/json\r\n';

besiege((startVictim) => {
  describe.each(SHAPES)('%s', (shape) => {
    const name = shape.replaceAll(' ', '-');

    test('in four bodies of 16 MiB at once keep nobody else waiting, and cost memory by their bytes', async () => {
      const victim = await startVictim(ROOM);
      const body = costlyBody(shape, BYTES, '"model":"hostile;good"');
      const ask = (_: unknown, at: number) =>
        shoot({
          url: new URL('/v1/chat/completions', victim.url),
          headers: `${JSON_TYPE}content-length: ${body.length}\r\nx-request-id: ${name}-${at}\r\n`,
          pieces: [body],
        });
      const { outcome, ...harm } = await attacked(victim, () => Promise.all(Array.from({ length: CALLERS }, ask)));
      expectUnharmed(harm);
      expect(harm.grownBy).toBeLessThan(4 * CALLERS * body.length);
      // What is too deep is said to be; what is only long is served, or refused as too costly.
      const allowed = isDeep(shape) ? ['400 invalid_request'] : ['200 null', '400 invalid_request'];
      for (const { status, code } of outcome) expect(allowed).toContain(`${status} ${code}`);
      const served = outcome.filter(({ status }) => status === 200).length;
      const rows = await rowsOf(victim.place.installation, `${name}-`, served);
      expect(rows.map(({ status }) => status)).toEqual(Array(served).fill('ok'));
    });

    test('in a provider’s answer of 16 MB keep nobody else waiting, and its usage is read', async () => {
      const victim = await startVictim(ROOM);
      const bytes = 16_000_000;
      const id = `answer-${name}`;
      const body = JSON.stringify({ model: `hostile;costly;${shape};${bytes}`, messages: [] });
      const { outcome, ...harm } = await attacked(victim, () =>
        shoot({
          url: new URL('/v1/chat/completions', victim.url),
          headers: `${JSON_TYPE}content-length: ${body.length}\r\nx-request-id: ${id}\r\n`,
          pieces: [body],
        }),
      );
      expectUnharmed(harm);
      expect(harm.grownBy).toBeLessThan(4 * bytes);
      expect({ status: outcome.status, ended: outcome.ended }).toEqual({ status: 200, ended: 'complete' });
      const usage = { usage_source: 'reported', input_tokens: 7, output_tokens: 3 };
      expect(await rowsOf(victim.place.installation, id, 1)).toEqual([
        expect.objectContaining({ status: 'ok', ...usage }),
      ]);
    });
  });
});

/** For all that is sent here at once. */
const ROOM = { MAX_READING_BYTES: String(2 * CALLERS * BYTES) };
