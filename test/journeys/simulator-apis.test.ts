// Every ending of the simulator in every API but chat, which has tests of its own, byte by byte.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Ended } from '../support/raw-http.ts';
import { type Simulator, startSimulator } from './simulator-client.ts';
import { type AnswerParts, VOICES, type Voice } from './simulator-voices.ts';

const HTML = '<!doctype html><html><head><title>Bad Gateway</title></head><body>Bad Gateway</body></html>\n';

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator();
});

beforeEach(async () => {
  await simulator.forgetRequests();
});

afterAll(() => simulator.stop());

const ENDINGS: readonly [end: string, tail: (parts: AnswerParts) => string, connection: Ended][] = [
  ['done', ({ finish, done }) => finish + done, 'complete'],
  ['no-done', ({ finish }) => finish, 'complete'],
  ['no-finish', () => '', 'complete'],
  ['cut', ({ half }) => half, 'complete'],
  ['reset', () => '', 'reset'],
  ['silent', () => '', 'left'],
  ['error', ({ error }) => error, 'complete'],
  ['error-event', ({ errorEvent = '' }) => errorEvent, 'complete'],
  ['error-hang', ({ error }) => error, 'left'],
  ['failed', ({ error, failed = '' }) => error + failed, 'complete'],
  ['done-hang', ({ finish, done }) => finish + done, 'left'],
];

describe.each(VOICES)('$name', (voice) => {
  const ask = (script: string, leaveAt?: string) =>
    simulator.askAt(voice.path(`sim:${script}`), voice.body(`sim:${script}`), leaveAt === undefined ? {} : { leaveAt });

  test.each(ENDINGS.filter(([end]) => !voice.refuses.includes(end)))('end=%s', async (end, tail, connection) => {
    const leaveAt = connection === 'left' ? lastWords(end, voice) : undefined;
    const answer = await ask(`tokens=2,end=${end}`, leaveAt);
    const parts = voice.partsOf(answer);
    expect(answer.text).toBe(parts.spoken + tail(parts));
    expect(answer.ended).toBe(connection);
    expect(answer.head).toContain(`content-type: ${voice.streamType}\r\n`);
    const request = await simulator.requestThatEnded();
    expect(request).toMatchObject({ stream: true, sawClose: connection === 'left', sentBytes: answer.body.length });
  });

  test('the endings that it has not are refused', async () => {
    for (const end of voice.refuses) {
      const answer = await ask(`end=${end}`);
      expect(answer.head).toMatch(/^HTTP\/1.1 400 /);
      expect(messageIn(answer.text)).toBe(`"end=${end}" makes no sense in ${voice.name}.`);
    }
  });

  test('error-200 and status', async () => {
    const message = 'The simulator was told to answer so.';
    const good = await ask('end=error-200');
    expect(good.head).toMatch(/^HTTP\/1.1 200 OK\r\ncontent-type: application\/json\r\n/);
    expect(JSON.parse(good.text)).toEqual(voice.error(500, message));
    const busy = await ask('status=429');
    expect(busy.head).toMatch(/^HTTP\/1.1 429 /);
    expect(busy.head).toContain('retry-after: 1\r\n');
    expect(JSON.parse(busy.text)).toEqual(voice.error(429, message));
  });

  test('garbage and hangup', async () => {
    const garbage = await ask('end=garbage');
    expect(garbage.head).toContain(`content-type: ${voice.streamType}\r\n`);
    expect(garbage.text).toBe(HTML);
    expect(await ask('end=hangup')).toMatchObject({ head: '', text: '', ended: 'closed' });
  });

  test('no-headers', async () => {
    const connection = simulator.sendAt(voice.path('sim:end=no-headers'), voice.body('sim:end=no-headers'));
    await simulator.requestThatBegan();
    connection.destroy();
    expect(await simulator.requestThatEnded()).toMatchObject({ sawClose: true, sentBytes: 0 });
  });

  test('usage=never', async () => {
    const { text } = await ask('tokens=2,usage=never');
    expect(text).not.toMatch(/"(promptTokenCount|output_tokens)": ?[1-9]|"usage":\{/);
  });

  test('what it does not understand is refused in its own shape', async () => {
    expect(messageIn((await ask('nonsense')).text)).toContain('"nonsense" is no word');
    expect(messageIn((await ask('usage=groq')).text)).toContain('"usage" takes one of ');
  });
});

/** What the last frame alone holds. */
function lastWords(end: string, voice: Voice): string {
  if (end === 'error-hang') return voice.name.startsWith('Gemini’s') ? '\n]\n' : `told to fail here.`;
  if (end === 'silent') return ' weir';
  return (
    { Completions: '[DONE]', Responses: '"sequence_number":9}', Messages: 'message_stop"  ' }[voice.name] ?? 'STOP'
  );
}

function messageIn(text: string): string {
  const json = JSON.parse(text);
  return (Array.isArray(json) ? json[0] : json).error.message;
}
