import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import express from 'express';
import { Bodies } from '../body/bodies.ts';
import { InFlight } from '../exchange/in-flight.ts';
import { UploadDir } from '../upload/upload-dir.ts';
import { receiveUpload } from './receive-upload.ts';

const HEAD = 'POST / HTTP/1.1\r\nhost: weir\r\ncontent-type: multipart/form-data; boundary=b0\r\n';
const FILE = `--b0\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n${'x'.repeat(300_000)}`;
const MODEL = '\r\n--b0\r\nContent-Disposition: form-data; name="model"\r\n\r\nwhisper-1\r\n--b0--\r\n';

let directory: string;
let uploadDir: UploadDir;
let server: Server;
/** Resolves when the piece with the model is about to be written; it is not before `goOn`. */
let lastPiece: PromiseWithResolvers<void>;
let goOn: PromiseWithResolvers<void>;
let received: PromiseWithResolvers<boolean>;
const bodies = new Bodies(1e6);
const inFlight = new InFlight();

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-receive-'));
  uploadDir = new UploadDir(directory, 1e6);
  [lastPiece, goOn] = [Promise.withResolvers(), Promise.withResolvers()];
  received = Promise.withResolvers();
  const gateway = {
    bodies,
    inFlight,
    uploadDir: { park: parkSlowly },
    closed: new AbortController().signal,
    options: { maxUploadBytes: 1e6, bodyTimeoutMs: 10_000 },
    current: () => ({ directory: { upstreamOfAll: undefined } }),
  };
  const app = express().post('/', receiveUpload(gateway, { formNamesModel: true }), (_req, res) => {
    received.resolve(res.closed);
    if (!res.closed) res.end();
  });
  server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  server.close();
  await rm(directory, { recursive: true });
});

async function parkSlowly() {
  const parked = await uploadDir.park();
  const write = async (piece: Buffer) => {
    if (piece.includes('name="model"')) {
      lastPiece.resolve();
      await goOn.promise;
    }
    await parked.write(piece);
  };
  return { ...parked, write };
}

async function send() {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined);
  const answering = once(server, 'request');
  socket.write(`${HEAD}content-length: ${FILE.length + MODEL.length}\r\n\r\n${FILE}`);
  const [, res] = await answering;
  socket.write(MODEL);
  await lastPiece.promise;
  return { socket, res };
}

test('a client that leaves while its last piece is written to disk leaves nothing there, and nobody waits for it', async () => {
  const { socket, res } = await send();
  const closed = once(res, 'close');
  socket.resetAndDestroy();
  await closed;
  goOn.resolve();
  expect(await received.promise).toBe(true);
  expect([bodies.count, bodies.bytes, uploadDir.bytes]).toEqual([0, 0, 0]);
  await inFlight.over();
});

test('one that nobody wants is dropped when its answer is over', async () => {
  const { socket, res } = await send();
  const closed = once(res, 'close');
  goOn.resolve();
  expect(await received.promise).toBe(false);
  expect(uploadDir.bytes).toBeGreaterThan(0);
  await closed;
  expect([bodies.count, bodies.bytes, uploadDir.bytes]).toEqual([0, 0, 0]);
  await inFlight.over();
  socket.destroy();
});
