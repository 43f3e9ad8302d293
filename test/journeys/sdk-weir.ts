// A Weir for somebody else's client: a gateway that pays with keys of its own, and one that changes all that it ever
// changes in an answer. A client's library may speak to this machine alone.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Rows } from '../support/rows.ts';
import { openWeir, type Weir } from '../support/weir.ts';
import { keepOnLoopback } from './sdk-loopback.ts';

/** A script whose stream is more than lies between a client and its provider: nobody who leaves early has all of it. */
export const LONG = { script: 'tokens=300,size=100000,every=0', tokens: 300 };

/** What the paying gateway wants of a caller. */
export const KEY = 'weir-key-of-the-caller';

export interface SdkWeir {
  readonly rows: Rows;
  /** The paying gateway, without a version segment. */
  readonly url: string;
  /** Has trailing metadata on and strips usage wherever it can; forwards the caller's credential. */
  readonly alteringUrl: string;
  /** Goes to the network as ever, and remembers what came: most clients do not show it. */
  readonly fetch: typeof fetch;
  /** The same, and remembers every byte too, even what the client does not stay for. */
  readonly overhear: typeof fetch;
  /** Sends something that the client itself would not. */
  instead(sent: RequestInit): typeof fetch;
  /** The row of the answer that came last. */
  lastRow(): ReturnType<Rows['of']>;
  lastResponse(): Response;
  /** The body that was overheard last, to its end. */
  lastText(): Promise<string>;
  close(): Promise<void>;
}

export async function openSdkWeir(): Promise<SdkWeir> {
  const leash = keepOnLoopback();
  const weir = await openWeir('Postgres');
  const folder = await mkdtemp(join(tmpdir(), 'weir-sdk-'));
  const [{ url }, { url: alteringUrl }] = await startGateways(weir, folder);
  const ear = openEar();

  async function close(): Promise<void> {
    await weir.close();
    await rm(folder, { recursive: true });
    leash.release();
    expect(leash.strangers).toEqual([]);
  }
  const lastRow = () => weir.rows.of(ear.lastResponse().headers.get('x-weir-request-id') ?? '');
  return { rows: weir.rows, url, alteringUrl, ...ear, lastRow, close };
}

async function startGateways({ upstreamUrl, startGateway }: Weir, folder: string) {
  const config = join(folder, 'weir.yaml');
  const configOf = (more: string) => `upstreams:
  others: { url: "${upstreamUrl}"${more} }
  google: { url: "${upstreamUrl.replace(/v1$/, 'v1beta')}"${more} }
models: [{ match: "gemini-*", upstream: google }, { match: "*", upstream: others }]`;
  await writeFile(config, configOf(', api_key: sk-of-the-gateway'));
  await writeFile(`${config}.free`, configOf(''));
  return Promise.all([
    startGateway({ WEIR_CONFIG: config, GATEWAY_KEYS: KEY }),
    startGateway({ WEIR_CONFIG: `${config}.free`, TRAILING_METADATA: 'on', STRIP_USAGE_FRAME: 'always' }),
  ]);
}

function openEar() {
  let response = Response.error();
  let text = Promise.resolve('');
  const hear: typeof fetch = async (...asked) => {
    response = await fetch(...asked);
    return response;
  };
  const overhear: typeof fetch = async (...asked) => {
    const heard = await hear(...asked);
    text = heard.clone().text();
    return heard;
  };
  const instead =
    (sent: RequestInit): typeof fetch =>
    (url, init) =>
      hear(url, { ...init, ...sent });
  return { fetch: hear, overhear, instead, lastResponse: () => response, lastText: () => text };
}

export async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}
