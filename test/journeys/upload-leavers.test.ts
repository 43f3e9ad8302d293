// Clients that leave while their form is on its way: what it held is given back, a stop does not wait for them, and a form
// that had come whole is the provider's.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { scrapeUntil } from '../support/scrape.ts';
import { startUploadProvider, type UploadProvider } from '../support/upload-provider.ts';
import { type Gateway, openWeir, type Weir } from '../support/weir.ts';
import { ANSWER, begin, END, FILE, field, MIB, PIECE } from './upload-form.ts';

const MODEL_LAST = `\r\n${field('model', 'a-1')}--b0--\r\n`;
const AZURE = '/openai/deployments/a-1/audio/transcriptions?api-version=1';
const STOP_MS = 20_000;

let weir: Weir;
let [one, two]: UploadProvider[] = [];
let gateway: Gateway;
let directory: string;

beforeAll(async () => {
  weir = await openWeir('Postgres');
  [one, two] = await Promise.all([startUploadProvider(ANSWER), startUploadProvider(ANSWER)]);
  directory = await mkdtemp(join(tmpdir(), 'weir-upload-leavers-'));
  const config = join(directory, 'weir.yaml');
  await writeFile(
    config,
    `upstreams: { one: { url: "${one.url}" }, two: { url: "${two.url}" } }
models: [{ match: "a-*", upstream: one }, { match: "b-*", upstream: two }]`,
  );
  const slowDisk = { UV_THREADPOOL_SIZE: '1' }; // what is written to disk takes longer than what comes from a socket
  const limits = { UPLOAD_DIR: join(directory, 'uploads'), SHUTDOWN_TIMEOUT_MS: String(STOP_MS), ...slowDisk };
  gateway = await weir.startGateway({ WEIR_CONFIG: config, ...limits });
});

afterAll(async () => {
  await Promise.all([one?.close(), two?.close()]);
  await weir.close();
  await rm(directory, { recursive: true });
});

test('a client that is gone when its form has named its model at last leaves nothing behind', async () => {
  for (let left = 0; left < 30; left += 1) {
    const sending = begin(gateway);
    await sending.send(FILE);
    for (let sent = 0; sent < 3; sent += 1) await sending.send(PIECE);
    await waitsOnDisk((bytes) => bytes > 2 * MIB);
    await sending.flushed(MODEL_LAST);
    sending.reset();
    await nothingIsHeld();
  }
});

test('a form that had come whole goes to its provider whole, and is billed, though its client left', async () => {
  one?.uploads.splice(0);
  const goOn = one?.holdNext();
  const sending = begin(gateway, { 'x-request-id': 'left-whole' });
  await sending.send(FILE);
  for (let sent = 0; sent < 24; sent += 1) await sending.send(PIECE);
  void sending.end(MODEL_LAST).catch(() => undefined);
  await one?.until(({ url }) => url !== ''); // its beginning is there, the most of it is still on disk
  await waitsOnDisk((bytes) => bytes > 20 * MIB);
  await sending.sent;
  sending.leave();
  await scrapeUntil(gateway.process, ({ value }) => value('weir_drains_open') === 1);
  goOn?.();
  expect(await one?.until(({ ended }) => ended !== null)).toMatchObject({ ended: 'whole', sha256: sending.sha256() });
  expect(await rowOfCaller('left-whole')).toMatchObject({
    status: 'aborted',
    reason: 'client_disconnected',
    model_requested: 'a-1',
    drained: true,
    input_tokens: 9,
    output_tokens: 2,
    usage_source: 'reported',
  });
  await nothingIsHeld();
});

test('a form whose provider answers before it has read what waits on disk is given up', async () => {
  one?.refuseNext(413);
  const sending = begin(gateway);
  await sending.send(FILE);
  for (let sent = 0; sent < 24; sent += 1) await sending.send(PIECE);
  const { id, status } = await sending.end(MODEL_LAST);
  expect(status).toBe(413);
  expect(await weir.rows.of(id)).toMatchObject({ reason: 'upstream_status', upstream_status: 413 });
  await nothingIsHeld();
});

test('a form whose path names its model does not wait for one on disk', async () => {
  const sending = begin(gateway, {}, AZURE);
  await sending.send(FILE);
  await sending.send(PIECE);
  await one?.until(({ url, bytes }) => url.includes('/deployments/a-1/') && bytes > 0);
  const { id, status } = await sending.end(END);
  expect(status).toBe(200);
  expect(one?.uploads.at(-1)).toMatchObject({ ended: 'whole', sha256: sending.sha256() });
  expect(await weir.rows.of(id)).toMatchObject({ upstream: 'one', model_requested: 'a-1', status: 'ok' });
});

test('a stop waits for no client that has left', async () => {
  const since = performance.now();
  await gateway.process.stop();
  expect(performance.now() - since).toBeLessThan(STOP_MS / 2);
});

async function waitsOnDisk(holds: (bytes: number) => boolean): Promise<void> {
  await scrapeUntil(gateway.process, ({ value }) => holds(value('weir_uploads_waiting_bytes') ?? 0));
}

async function nothingIsHeld(): Promise<void> {
  const gauges = [
    'weir_bodies_reading',
    'weir_bodies_reading_bytes',
    'weir_uploads_waiting_bytes',
    'weir_exchanges_open',
  ];
  await scrapeUntil(gateway.process, ({ value }) => gauges.every((gauge) => value(gauge) === 0));
}

async function rowOfCaller(id: string) {
  for (;;) {
    const row = (await weir.rows.all()).find((one) => one['caller_request_id'] === id);
    if (row !== undefined) return row;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
