import { buffer } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { Bodies } from '../body/bodies.ts';
import { Upload } from './upload.ts';
import type { UploadSource } from './upload-source.ts';

const FORM = Buffer.from(
  '--b0\r\nContent-Disposition: form-data; name="model"\r\n\r\nwhisper-1\r\n' +
    `--b0\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n${'x'.repeat(30_000)}\r\n--b0--\r\n`,
);

async function received() {
  const bodies = new Bodies(1e6);
  const pieces = [FORM];
  const source: Pick<UploadSource, 'next'> = { next: async () => pieces.shift() ?? null };
  const dir = { park: () => Promise.reject(new Error('not asked for')) };
  const upload = new Upload({ source, boundary: 'b0', dir, lease: bodies.enter(), turns: bodies.turns });
  await upload.untilKnown({ needsModel: true });
  return { bodies, upload };
}

test('its sender leaves when a provider is about to read it: it is read whole', async () => {
  const { bodies, upload } = await received();
  const stream = upload.stream();
  await upload.drop();
  expect(bodies.bytes).toBe(FORM.length);
  expect(await buffer(stream)).toEqual(FORM);
  expect([bodies.count, bodies.bytes]).toEqual([0, 0]);
});

test('one that nobody asked a provider for is dropped', async () => {
  const { bodies, upload } = await received();
  await upload.drop();
  expect([bodies.count, bodies.bytes]).toEqual([0, 0]);
});

test('one whose provider was never reached is let go, though nothing of it was read', async () => {
  const { bodies, upload } = await received();
  const closed = new Promise((resolve) => upload.stream().once('close', resolve));
  upload.end();
  await closed;
  expect([bodies.count, bodies.bytes]).toEqual([0, 0]);
});
