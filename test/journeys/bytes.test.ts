// What a client gets is what the provider sent, byte for byte, unless an option that it can name says otherwise; and what
// a provider is sent is what the client sent, but for what the gateway must add or keep to itself.
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { onEachQueue } from '../support/each-queue.ts';
import { type Provider, startProvider } from '../support/provider.ts';
import { askRaw } from '../support/raw-http.ts';
import { type Gateway, openWeir, type Weir } from '../support/weir.ts';

const chunk = (more: string) => `{"id":"c-1","model":"m","seed":7228414683750928000,"choices":[${more}]`;
const says = (text: string) => `data: ${chunk(`{"index":0,"delta":{"content":${JSON.stringify(text)}}}`)}}\n\n`;
const FINISH = `data: ${chunk('{"index":0,"delta":{},"finish_reason":"stop"}')}}\n\n`;
const USAGE = `data: ${chunk('')},"usage": {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}}\n\n`;
const DONE = 'data: [DONE]\n\n';
const STREAM = says('Wehr 堰') + says('\\n\\ndata: [DONE]\\n\\n"usage":{"prompt_tokens":999}') + FINISH + USAGE + DONE;
const READ = { status: 'ok', input_tokens: 5, output_tokens: 2, usage_source: 'reported', finish_reason: 'stop' };

onEachQueue((queueOn) => {
  let weir: Weir;
  let provider: Provider;
  let gateway: Gateway;

  beforeAll(async () => {
    weir = await openWeir(queueOn);
    provider = await startProvider();
    gateway = await weir.startGateway({ UPSTREAM_URL: provider.url });
  });

  afterAll(async () => {
    await provider.close();
    await weir.close();
  });

  describe('a stream comes out as it went in', () => {
    const crlf = STREAM.replaceAll('\n', '\r\n');
    test.each<[how: string, stream: string]>([
      ['with LF', STREAM],
      ['with CRLF', crlf],
      ['with CR', STREAM.replaceAll('\n', '\r')],
      ['with a BOM', `\uFEFF${STREAM}`],
      [
        'with comments and blank lines',
        `: hello\n\n\n\n${STREAM.replaceAll('data:', ': ping - data: {"usage":1}\n\n\ndata:')}`,
      ],
      ['without spaces after the colon', STREAM.replaceAll('data: ', 'data:')],
      ['with bytes after [DONE]', `${STREAM}: goodbye\n\n`],
      ['without its last blank line', STREAM.slice(0, -1)],
      ['without its last line end', STREAM.slice(0, -2)],
      ['without [DONE]', STREAM.slice(0, -DONE.length)],
      ['with unknown fields, events and malformed frames', `event: x\nfoo: bar\ndata: {]\n\ndata: 7\n\n${STREAM}`],
    ])('%s', async (_how, stream) => {
      for (const pieces of [[stream], [...Buffer.from(stream)].map((byte) => Buffer.from([byte]))]) {
        provider.answer({ pieces });
        const answer = await ask();
        expect(answer.text).toBe(stream);
        expect(answer.ended).toBe('complete');
        const row = await weir.rows.of(answer.id);
        expect(row).toMatchObject(READ);
        expect(Number(row['bytes_delivered'])).toBe(Buffer.byteLength(stream));
      }
    });

    test('bytes that are no text', async () => {
      const noise = Buffer.concat([
        Buffer.from('data: '),
        randomBytes(300).map((byte) => (byte < 32 ? 65 : byte)),
        Buffer.from('\n\n'),
      ]);
      provider.answer({ pieces: [noise, STREAM] });
      const answer = await ask();
      expect(answer.body.equals(Buffer.concat([noise, Buffer.from(STREAM)]))).toBe(true);
      expect(await weir.rows.of(answer.id)).toMatchObject(READ);
    });

    test('packed, it is unpacked', async () => {
      provider.answer({ pieces: [gzipSync(STREAM)], headers: { 'content-encoding': 'gzip' } });
      const answer = await ask();
      expect(answer.text).toBe(STREAM);
      expect(answer.head).not.toMatch(/content-encoding/i);
      expect(await weir.rows.of(answer.id)).toMatchObject(READ);
    });

    test.each(['gzip', 'deflate', 'br', 'zstd'])(
      'from a provider that packs with %s whether asked or not',
      async (encoding) => {
        const simulated = await weir.startGateway();
        const body = { model: `sim:tokens=5,encoding=${encoding}`, messages: [], stream: true };
        const answer = await askRaw({ url: new URL('/v1/chat/completions', simulated.url), body });
        expect(answer.text).toMatch(/data: \[DONE\]\n\n$/);
        expect(await weir.rows.of(idIn(answer.head))).toMatchObject({ status: 'ok', output_tokens: 5 });
      },
    );
  });

  test('an answer that is no stream comes out as it went in', async () => {
    const body = `\n\n${chunk('{"index":0,"message":{"content":"é"},"finish_reason":"stop"}')},"usage":{"prompt_tokens":5,"completion_tokens":2}}  `;
    provider.answer({ pieces: [body], headers: { 'content-type': 'application/json', 'x-request-id': 'theirs' } });
    const answer = await ask({ stream: false });
    expect(answer.text).toBe(body);
    expect(answer.head).toMatch(/x-request-id: theirs/i);
    expect(await weir.rows.of(answer.id)).toMatchObject({ ...READ, upstream_id: 'c-1' });
  });

  describe('what an option changes', () => {
    const beside = `data: ${chunk('{"index":0,"delta":{},"finish_reason":"stop"}')}, "usage" : {"prompt_tokens":5,"completion_tokens":2},"z":1.0}\n\n`;

    test('a usage frame with empty choices is dropped, and no other byte', async () => {
      provider.answer({ pieces: [STREAM] });
      const answer = await askStripped();
      expect(answer.text).toBe(STREAM.replace(USAGE, ''));
      expect(await weir.rows.of(answer.id)).toMatchObject(READ);
    });

    test('from a usage frame with real choices only `usage` is removed', async () => {
      provider.answer({ pieces: [says('a') + beside + DONE] });
      const answer = await askStripped();
      const stripped = `data: ${chunk('{"index":0,"delta":{},"finish_reason":"stop"}')},"z":1.0}\n\n`;
      expect(answer.text).toBe(says('a') + stripped + DONE);
      expect(await weir.rows.of(answer.id)).toMatchObject(READ);
    });

    test.each([
      [
        'in the usage frame',
        says('a') + FINISH + USAGE + DONE,
        /"total_tokens": 7\},"weir":(\{.*\})\}\n\ndata: \[DONE\]\n\n$/,
      ],
      ['in a comment before [DONE]', says('a') + FINISH + DONE, /\n\n: weir (\{.*\})\n\ndata: \[DONE\]\n\n$/],
      ['in a comment at the end', says('a') + FINISH, /\n\n: weir (\{.*\})\n\n$/],
    ])('trailing metadata: %s', async (_where, stream, pattern) => {
      provider.answer({ pieces: [stream] });
      const answer = await ask({ headers: 'x-weir-trailing: on\r\n' });
      const [, weirObject] = pattern.exec(answer.text) ?? [];
      expect(JSON.parse(weirObject ?? 'null')).toMatchObject({ request_id: answer.id, currency: 'USD' });
      expect(answer.text.match(/weir/g)).toHaveLength(1);
    });

    async function askStripped() {
      const strict = await weir.startGateway({ UPSTREAM_URL: provider.url, STRIP_USAGE_FRAME: 'always' });
      return ask({ to: strict });
    }
  });

  describe('what goes upstream', () => {
    const sent = () => provider.asked.at(-1) as Provider['asked'][number];

    test('the body as it came, with usage asked for', async () => {
      provider.answer({ pieces: [STREAM] });
      await ask({
        body: '{ "model":"m", "seed": 7228414683750928000,\n "stream":true, "stream_options": {"x":1, "include_usage": false} }',
      });
      expect(sent().body).toBe(
        '{ "model":"m", "seed": 7228414683750928000,\n "stream":true, "stream_options": {"x":1, "include_usage": true} }',
      );
      await ask({ body: '{ "model":"m","stream":true}' });
      expect(sent().body).toBe('{"stream_options":{"include_usage":true}, "model":"m","stream":true}');
      await ask({ body: '{ "model":"m","stream":false}', stream: false });
      expect(sent().body).toBe('{ "model":"m","stream":false}');
    });

    test('the path behind the version, and its query', async () => {
      await ask({ path: '/v1/chat/completions?api-version=2&x=%2F' });
      expect(sent().url).toBe('/v1/chat/completions?api-version=2&x=%2F');
    });

    test("the caller's headers, but nothing of one connection and nothing of the gateway's", async () => {
      const headers = [
        'authorization: Bearer sk-of-the-caller',
        'x-request-id: caller-7',
        'openai-organization: org-1',
        'connection: close, x-hop',
        'x-hop: 1',
        'te: trailers',
        'proxy-authorization: Basic eDp5',
        'accept-encoding: gzip, br',
        'x-weir-chat-id: chat-1',
        'x-weir-message-id: message-1',
        'x-weir-user: Zoë',
        'x-weir-tags: team=search, env=prod',
        'x-weir-trailing: off',
      ];
      const answer = await ask({ headers: headers.map((line) => `${line}\r\n`).join('') });
      const names = Object.keys(sent().headers).filter((name) => /^(x-weir|x-hop|te$|proxy-|upgrade)/.test(name));
      expect(names).toEqual([]);
      expect(sent().headers).toMatchObject({
        authorization: 'Bearer sk-of-the-caller',
        'x-request-id': 'caller-7',
        'openai-organization': 'org-1',
        'accept-encoding': 'identity',
      });
      const row = await weir.rows.of(answer.id);
      expect(row).toMatchObject({
        caller_request_id: 'caller-7',
        chat_id: 'chat-1',
        message_id: 'message-1',
        user: 'Zoë',
        tags: { team: 'search', env: 'prod' },
      });
      expect(row['key']).toMatch(/^[0-9a-f]{16}$/);
    });
  });

  async function ask(how: { headers?: string; stream?: boolean; body?: string; path?: string; to?: Gateway } = {}) {
    const body = how.body ?? { model: 'm', messages: [], stream: how.stream ?? true };
    const url = new URL(how.path ?? '/v1/chat/completions', (how.to ?? gateway).url);
    const answer = await askRaw({ url, body, headers: how.headers ?? '' });
    return { ...answer, id: idIn(answer.head) };
  }
});

const idIn = (head: string): string => /x-weir-request-id: ([\w-]+)/.exec(head)?.[1] as string;
