// Forms that are larger than anybody would hold: they stream on to the provider of the model that they name, wherever in the
// form it is named, and the gateway keeps nothing of them.
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { onEachQueue } from '../support/each-queue.ts';
import { scrape, scrapeUntil } from '../support/scrape.ts';
import { startUploadProvider, type UploadProvider } from '../support/upload-provider.ts';
import { type Gateway, openWeir, type Weir } from '../support/weir.ts';
import { ANSWER, begin, END, FILE, field, MIB, PATH, PIECE } from './upload-form.ts';

const MAX_UPLOAD = 200 * MIB;
const MAX_PARKED = 20 * MIB;

onEachQueue((queueOn) => {
  let weir: Weir;
  let [one, two]: UploadProvider[] = [];
  let [alone, both]: Gateway[] = [];
  let directory: string;
  let config: string;

  beforeAll(async () => {
    weir = await openWeir(queueOn);
    [one, two] = await Promise.all([startUploadProvider(ANSWER), startUploadProvider(ANSWER)]);
    directory = await mkdtemp(join(tmpdir(), 'weir-uploads-'));
    config = join(directory, 'weir.yaml');
    await writeFile(
      config,
      `upstreams: { one: { url: "${one.url}" }, two: { url: "${two.url}" } }
models: [{ match: "a-*", upstream: one }, { match: "b-*", upstream: two }]`,
    );
    const limits = {
      UPLOAD_DIR: join(directory, 'uploads'),
      UPLOAD_DIR_BYTES: String(MAX_PARKED),
      MAX_UPLOAD_BYTES: String(MAX_UPLOAD),
      MAX_BODY_BYTES: String(MIB),
      BODY_TIMEOUT_MS: '1500',
      PASS_THROUGH: 'all',
    };
    [alone, both] = await Promise.all([
      weir.startGateway({ UPSTREAM_URL: one.url, ...limits }),
      weir.startGateway({ WEIR_CONFIG: config, ...limits }),
    ]);
  });

  afterAll(async () => {
    await Promise.all([one?.close(), two?.close()]);
    await weir.close();
    await rm(directory, { recursive: true });
  });

  beforeEach(() => {
    for (const provider of [one, two]) provider?.uploads.splice(0);
  });

  describe('a form that names its model first', () => {
    test('streams on while it comes, byte for byte, and nothing of it stays', async () => {
      const before = await residentBytes(both);
      const sending = begin(both);
      await sending.send(field('model', 'b-1') + FILE);
      await sending.send(PIECE);
      await two?.until(({ bytes }) => bytes > 0); // long before its end
      for (let sent = 1; sent < 190; sent += 1) await sending.send(PIECE);
      expect((await residentBytes(both)) - before).toBeLessThan(120 * MIB); // cold code, and what is not yet collected
      const { id, status, answer } = await sending.end(END);
      expect([status, answer]).toEqual([200, ANSWER]);
      expect(two?.uploads).toMatchObject([{ ended: 'whole', sha256: sending.sha256(), url: PATH }]);
      expect(one?.uploads).toEqual([]);
      const row = { upstream: 'two', model_requested: 'b-1', status: 'ok', input_tokens: 9, output_tokens: 2 };
      expect(await weir.rows.of(id)).toMatchObject(row);
    });

    test('keeps the length that its sender gave', async () => {
      const form = Buffer.concat([Buffer.from(field('model', 'b-1') + FILE), PIECE, Buffer.from(END)]);
      const sending = begin(both, { 'content-length': String(form.length) });
      expect((await sending.end(form)).status).toBe(200);
      expect(two?.uploads.at(-1)?.headers['content-length']).toBe(String(form.length));
      expect(two?.uploads.at(-1)?.headers['transfer-encoding']).toBeUndefined();
    });
  });

  test('a form that names its model last waits on disk until it does, where there is more than one provider', async () => {
    const sending = begin(both);
    await sending.send(FILE);
    for (let sent = 0; sent < 10; sent += 1) await sending.send(PIECE);
    await waitsOnDisk((bytes) => bytes > 9 * MIB);
    expect([...(one?.uploads ?? []), ...(two?.uploads ?? [])]).toEqual([]);
    expect(await readdir(join(directory, 'uploads'))).toEqual([]); // it has no name
    const { id, status } = await sending.end(`\r\n${field('model', 'a-1')}--b0--\r\n`);
    expect(status).toBe(200);
    expect(one?.uploads).toMatchObject([{ ended: 'whole', sha256: sending.sha256() }]);
    expect(await weir.rows.of(id)).toMatchObject({ upstream: 'one', model_requested: 'a-1', status: 'ok' });
    await waitsOnDisk((bytes) => bytes === 0);
  });

  test('one that waits on disk is not in memory, neither while it waits nor when it streams on', async () => {
    const roomy = await weir.startGateway({ WEIR_CONFIG: config, UPLOAD_DIR: join(directory, 'uploads') });
    const before = await residentBytes(roomy);
    const sending = begin(roomy);
    await sending.send(FILE);
    for (let sent = 0; sent < 128; sent += 1) await sending.send(PIECE);
    await scrapeUntil(roomy.process, ({ value }) => (value('weir_uploads_waiting_bytes') ?? 0) > 127 * MIB);
    expect((await residentBytes(roomy)) - before).toBeLessThan(80 * MIB);
    const { id, status } = await sending.end(`\r\n${field('model', 'a-1')}--b0--\r\n`);
    expect(status).toBe(200);
    expect((await residentBytes(roomy)) - before).toBeLessThan(100 * MIB);
    expect(one?.uploads).toMatchObject([{ ended: 'whole', sha256: sending.sha256() }]);
    expect(await weir.rows.of(id)).toMatchObject({ upstream: 'one', model_requested: 'a-1', status: 'ok' });
  });

  test('where there is one provider it streams on at once, and its row has the model that came last', async () => {
    const sending = begin(alone);
    await sending.send(FILE);
    await sending.send(PIECE);
    await one?.until(({ bytes }) => bytes > 0);
    const { id, status } = await sending.end(`\r\n${field('stream', 'true')}${field('model', 'whisper-x')}--b0--\r\n`);
    expect(status).toBe(200);
    expect(await weir.rows.of(id)).toMatchObject({ model_requested: 'whisper-x', streamed: true, status: 'ok' });
    expect(one?.uploads).toMatchObject([{ sha256: sending.sha256() }]);
  });

  test('a small form is refused before anybody is asked, wherever its second model stands', async () => {
    for (const gateway of [alone, both]) {
      const sending = begin(gateway);
      const { status, answer } = await sending.end(
        `${field('model', 'a-1')}${FILE}x\r\n${field('model', 'b-1')}--b0--\r\n`,
      );
      expect([status, JSON.parse(answer).error.code]).toEqual([400, 'invalid_request']);
    }
    expect(one?.uploads).toEqual([]);
  });

  test('a form is refused before anybody is asked where another reader may find another model in it', async () => {
    const other = '--B\r\nContent-Disposition: form-data; name="model"\r\n\r\nb-1\r\n--B--\r\n';
    const twoForms = `${field('model', 'a-1')}${FILE}${other}${END}`;
    const folded = `--b0\r\nContent-Disposition: form-data;\r\n name="model"\r\n\r\nb-1\r\n${field('model', 'a-1')}--b0--\r\n`;
    for (const [boundary, form] of [
      ['b0; boundary=B', twoForms],
      ['"b0;boundary=B"', twoForms],
      ['b0; x="; boundary=B"', twoForms],
      ['b0', folded],
    ] as const) {
      const sending = begin(both, { 'content-type': `multipart/form-data; boundary=${boundary}` });
      const { status, answer } = await sending.end(form);
      expect([boundary, status, JSON.parse(answer).error.code]).toEqual([boundary, 400, 'invalid_request']);
    }
    expect([one?.uploads, two?.uploads]).toEqual([[], []]);
  });

  test('a second model behind bytes that are gone breaks the upload, and the row says so', async () => {
    const sending = begin(both);
    await sending.send(field('model', 'a-1') + FILE);
    await sending.send(PIECE);
    await one?.until(({ bytes }) => bytes > 0);
    const { id, status, answer } = await sending.end(`\r\n${field('model', 'b-1')}--b0--\r\n`);
    expect([status, answer]).toEqual([400, expect.stringContaining('`model` must be given once')]);
    expect(await weir.rows.of(id)).toMatchObject({
      status: 'error',
      reason: 'upload_broken',
      detail: 'The upload was broken off: `model` must be given once.',
      http_status: 400,
      model_requested: 'a-1',
      usage_source: 'none',
    });
    await one?.until(({ ended }) => ended === 'broken');
  });

  test('a sender that leaves in the middle is a client that left', async () => {
    const sending = begin(both, { 'x-request-id': 'leaver' });
    await sending.send(field('model', 'a-1') + FILE);
    await sending.send(PIECE);
    await one?.until(({ bytes }) => bytes > 0);
    sending.leave();
    await one?.until(({ ended }) => ended === 'broken');
    expect(await rowOfCaller('leaver')).toMatchObject({
      status: 'aborted',
      reason: 'client_disconnected',
      http_status: 499,
    });
  });

  test('a sender that stops in the middle is not waited for', async () => {
    const sending = begin(both);
    await sending.send(field('model', 'a-1') + FILE);
    await sending.send(PIECE);
    const { id, status } = await sending.answered();
    expect(status).toBe(400);
    const detail = 'The upload was broken off: The request body did not come in time.';
    expect(await weir.rows.of(id)).toMatchObject({ reason: 'upload_broken', detail });
  });

  test('one that stops before anybody was asked gets 408, and leaves nothing on disk', async () => {
    const sending = begin(both);
    await sending.send(FILE);
    await sending.send(PIECE);
    expect((await sending.answered()).status).toBe(408);
    expect([...(one?.uploads ?? []), ...(two?.uploads ?? [])]).toEqual([]);
    await waitsOnDisk((bytes) => bytes === 0);
  });

  test('one that is said to be too large is refused at once; one that becomes too large is broken off', async () => {
    const said = begin(both, { 'content-length': String(MAX_UPLOAD + 1) });
    await said.send(field('model', 'a-1'));
    expect((await said.answered()).status).toBe(413);
    expect(one?.uploads).toEqual([]);
    const sending = begin(both);
    await sending.send(field('model', 'a-1') + FILE);
    for (let sent = 0; sent < MAX_UPLOAD / MIB && !sending.isAnswered(); sent += 1) await sending.send(PIECE);
    const { id } = await sending.answered();
    expect(await weir.rows.of(id)).toMatchObject({ reason: 'upload_broken' });
  });

  test('more than may wait on disk gets 503, and leaves nothing there', async () => {
    const sending = begin(both);
    await sending.send(FILE);
    for (let sent = 0; sent < 25 && !sending.isAnswered(); sent += 1) await sending.send(PIECE);
    const { status, answer } = await sending.answered();
    expect([status, JSON.parse(answer).error.code]).toEqual([503, 'too_many_bodies']);
    await waitsOnDisk((bytes) => bytes === 0);
  });

  test('a provider that answers before it has read all of it is heard', async () => {
    one?.refuseNext(413);
    const sending = begin(both);
    await sending.send(field('model', 'a-1') + FILE);
    for (let sent = 0; sent < 20 && !sending.isAnswered(); sent += 1) await sending.send(PIECE);
    const { id, status } = await sending.answered();
    expect(status).toBe(413);
    expect(await weir.rows.of(id)).toMatchObject({ reason: 'upstream_status', upstream_status: 413 });
  });

  test('a provider that takes nothing holds its sender back', async () => {
    const before = await residentBytes(both);
    const goOn = one?.holdNext();
    const sending = begin(both);
    await sending.send(field('model', 'a-1') + FILE);
    let sent = 0;
    for (; sent < 100 && (await sending.sendAtMost(PIECE, 300)); sent += 1);
    expect(sent).toBeLessThan(100);
    expect((await residentBytes(both)) - before).toBeLessThan(60 * MIB);
    goOn?.();
    expect((await sending.end(END)).status).toBe(200);
    expect(one?.uploads.at(-1)).toMatchObject({ ended: 'whole', sha256: sending.sha256() });
  });

  test('a body that waits for an invitation gets one, and a stop in the middle is told', async () => {
    const stopped = await weir.startGateway({
      UPSTREAM_URL: one?.url ?? '',
      SHUTDOWN_GRACE_MS: '0',
      SHUTDOWN_TIMEOUT_MS: '300',
    });
    const [sending, beginning] = [begin(stopped, { expect: '100-continue' }), begin(stopped)];
    await sending.invited();
    await sending.send(field('model', 'a-1') + FILE);
    await sending.send(PIECE);
    await beginning.send(field('model', 'a-1') + FILE);
    await one?.until(({ bytes }) => bytes > 0);
    const over = stopped.process.stop();
    const { id, status } = await sending.answered();
    expect(status).toBe(503);
    expect(await weir.rows.of(id)).toMatchObject({ status: 'error', reason: 'gateway_shutdown' });
    expect((await beginning.answered()).status).toBe(503);
    await over;
  });

  test('files that pass are uploaded in the same way', async () => {
    const sending = begin(alone, {}, '/v1/files');
    await sending.send(field('purpose', 'batch') + FILE);
    for (let sent = 0; sent < 5; sent += 1) await sending.send(PIECE);
    const { id, status } = await sending.end(END);
    expect(status).toBe(200);
    expect(one?.uploads).toMatchObject([{ ended: 'whole', sha256: sending.sha256(), url: '/v1/files' }]);
    expect(await weir.rows.of(id)).toMatchObject({ dialect: 'opaque', endpoint: '/v1/files', status: 'ok' });
  });

  async function residentBytes(gateway: Gateway | undefined): Promise<number> {
    if (gateway === undefined) throw new Error('there is no gateway');
    return (await scrape(gateway.process)).value('process_resident_memory_bytes') ?? 0;
  }

  async function waitsOnDisk(holds: (bytes: number) => boolean): Promise<void> {
    if (both === undefined) throw new Error('there is no gateway');
    await scrapeUntil(both.process, ({ value }) => holds(value('weir_uploads_waiting_bytes') ?? 0));
  }

  async function rowOfCaller(id: string) {
    for (;;) {
      const row = (await weir.rows.all()).find((one) => one['caller_request_id'] === id);
      if (row !== undefined) return row;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
});
