// A provider that reads keys in any case, and takes the last of several, as Go's encoding/json does: what it would read in
// another way than Weir does is refused before it is asked.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Provider, startProvider } from '../support/provider.ts';
import { type Gateway, openWeir, type Weir } from '../support/weir.ts';

const ANSWER =
  '{"id":"c","model":"m","choices":[{"finish_reason":"stop","message":{}}],"usage":{"prompt_tokens":1,"completion_tokens":1}}';
const CHAT = '/v1/chat/completions';

describe('a body whose', () => {
  let weir: Weir;
  let provider: Provider;
  let gateway: Gateway;
  beforeAll(async () => {
    [weir, provider] = await Promise.all([openWeir('Postgres'), startProvider()]);
    provider.answer({ pieces: [ANSWER], headers: { 'content-type': 'application/json' } });
    gateway = await weir.startGateway({ UPSTREAM_URL: provider.url });
  });
  afterAll(async () => {
    await provider.close();
    await weir.close();
  });

  const post = (path: string, body: string | FormData) =>
    fetch(new URL(path, gateway.url), {
      method: 'POST',
      body,
      ...(typeof body === 'string' ? { headers: { 'content-type': 'application/json' } } : {}),
    });

  test.each([
    ['Stream', '{"model":"m","Stream":true}', 'stream'],
    ['stream and STREAM', '{"model":"m","stream":false,"STREAM":true}', 'stream'],
    ['stream, which is null, and Stream', '{"model":"m","stream":null,"Stream":true}', 'stream'],
    [
      'stream_options and Stream_Options',
      '{"model":"m","stream":true,"stream_options":{"include_usage":true},"Stream_Options":{"include_usage":false}}',
      'stream_options',
    ],
    ['Stream_Options', '{"model":"m","stream":true,"Stream_Options":{"include_usage":false}}', 'stream_options'],
    ['model and Model', '{"model":"gpt-4o-mini","Model":"gpt-4o"}', 'model'],
    ['model, twice', '{"model":"gpt-4o-mini","model":"gpt-4o"}', 'model'],
    ['stream, twice', '{"model":"m","stream":false,"stream":true}', 'stream'],
    ['ſtream, which folds to stream,', '{"model":"m","ſtream":true}', 'stream'],
    ['stream with an escaped S', '{"model":"m","\\u0053tream":true}', 'stream'],
    ['stream with an escaped ſ', '{"model":"m","stream":false,"\\u017ftream":true}', 'stream'],
  ])('key is %s is refused with 400, which names it', async (_, body, member) => {
    const asked = provider.asked.length;
    const answer = await post(CHAT, body);
    const message = expect.stringMatching(new RegExp(`\`${member}\``, 'iu')); // as Weir spells it, or as it came
    const error = expect.objectContaining({ code: 'invalid_request', message });
    expect({ status: answer.status, ...((await answer.json()) as object) }).toMatchObject({ status: 400, error });
    expect(provider.asked.length).toBe(asked);
  });

  test('form has two parts named model is refused with 400', async () => {
    const asked = provider.asked.length;
    for (const path of ['/v1/audio/transcriptions', '/v1/images/edits']) {
      const answer = await post(path, formOf(['model', 'one'], ['model', 'other'], ['prompt', 'deep']));
      expect(answer.status).toBe(400);
      expect(await answer.text()).toContain('`model`');
    }
    expect(provider.asked.length).toBe(asked);
  });

  test('form has one is served', async () => {
    const answer = await post('/v1/audio/transcriptions', formOf(['model', 'one'], ['prompt', 'deep']));
    expect(await answer.text()).toBe(ANSWER);
  });

  test('keys are such further down, or others in any case, is served, and only it and the form have rows', async () => {
    const inner = { Model: 'x', STREAM: true, stream: 1, Stream_Options: {} };
    const answer = await post(CHAT, JSON.stringify({ model: 'm', metadata: inner, Temperature: 1, temperature: 1 }));
    expect(await answer.text()).toBe(ANSWER);
    await weir.rows.of(answer.headers.get('x-weir-request-id') ?? '');
    expect((await weir.rows.all()).map((row) => row['endpoint'])).toEqual(['/v1/audio/transcriptions', CHAT]);
  });
});

function formOf(...parts: [string, string][]): FormData {
  const form = new FormData();
  for (const [name, value] of parts) form.append(name, value);
  return form;
}
