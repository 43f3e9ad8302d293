// Plays a script: what the API says, at the script's pace, to the script's ending. Knows no API.
import type { OutgoingHttpHeaders } from 'node:http';
import type { Answer } from './apis/api.ts';
import { createEncoder, encodeWhole } from './encoding.ts';
import { type BodyFinale, finaleOf, type StreamFinale } from './endings.ts';
import { framed } from './framing.ts';
import { paced } from './pace.ts';
import type { Script } from './script.ts';
import type { Wire } from './wire.ts';

export interface Scene {
  readonly script: Script;
  readonly streamed: boolean;
  /** The content type of a stream. */
  readonly streamType: string;
  /** And of an answer that is none. */
  readonly bodyType: string;
  readonly answer: Answer;
  /** The API's error envelope for a status. */
  readonly errorBody: (status: number) => string;
  readonly headers: OutgoingHttpHeaders;
  readonly tally: { sentFrames: number };
}

const HTML = '<!doctype html><html><head><title>Bad Gateway</title></head><body>Bad Gateway</body></html>\n';

export async function play(scene: Scene, wire: Wire): Promise<void> {
  const { script, streamed } = scene;
  const finale = finaleOf(script, streamed);
  await wire.sleep(script.headers);
  if (finale?.kind === 'stream') await playStream(scene, wire, finale);
  else if (finale?.kind === 'body') await playBody(scene, wire, finale);
  else if (finale?.kind === 'nothing') await wire.close(finale.close);
}

async function playStream(scene: Scene, wire: Wire, { tail, close }: StreamFinale): Promise<void> {
  const { script } = scene;
  const encoder = createEncoder(script.encoding);
  wire.open(200, headersOf(scene, 'stream'));
  await wire.sleep(script.first);
  const beats = {
    count: script.tokens + 1,
    everyMs: script.every,
    framesAt: (beat: number) => framesAt(beat, scene, tail),
  };
  for await (const frames of paced(beats, wire)) {
    await wire.write(await encoder.encode(Buffer.from(framed(frames, script))), script.split);
  }
  if (close === 'end') await wire.write(await encoder.finish(), script.split);
  await wire.close(close);
}

/** Each token is a beat, and what follows the tokens is the last. */
function framesAt(beat: number, { script, answer, tally }: Scene, tail: StreamFinale['tail']): readonly string[] {
  const opening = beat === 0 ? answer.opening() : [];
  const frames = [...opening, ...(beat < script.tokens ? answer.token(beat) : lastFrames(script, answer, tail))];
  tally.sentFrames += frames.length;
  return beat === script.tokens && tail.includes('half') ? [...frames, halfFrame(answer, beat)] : frames;
}

function lastFrames(script: Script, answer: Answer, tail: StreamFinale['tail']): readonly string[] {
  const huge = script.hugeFrame === undefined ? [] : answer.huge(script.hugeFrame);
  return [...huge, ...tail.flatMap((part) => (part === 'half' ? [] : (answer[part]?.() ?? [])))];
}

function halfFrame(answer: Answer, beat: number): string {
  const [frame = ''] = answer.token(beat);
  return frame.slice(0, frame.length / 2);
}

/** An unstreamed answer takes as long as its stream would have; an error comes at once. */
async function playBody(scene: Scene, wire: Wire, { of, status, share, close }: BodyFinale): Promise<void> {
  const { script, answer, errorBody } = scene;
  if (of === 'answer' || of === 'failed') await wire.sleep(script.first + script.tokens * script.every);
  if (wire.gone) return;
  const texts = {
    answer: () => answer.body(),
    failed: () => answer.failedBody?.() ?? answer.body(),
    error: () => errorBody(status === 200 ? 500 : status),
    html: () => HTML,
  };
  const body = encodeWhole(script.encoding, Buffer.from(texts[of]()));
  const type = of === 'html' && scene.streamed ? 'stream' : of === 'error' ? 'json' : 'body';
  const retry = status === 429 ? { 'retry-after': '1' } : {};
  wire.open(status, { ...headersOf(scene, type), ...retry, 'content-length': body.length });
  await wire.write(body.subarray(0, body.length * share), script.split);
  await wire.close(close);
}

function headersOf(
  { script, headers, streamType, bodyType }: Scene,
  type: 'stream' | 'body' | 'json',
): OutgoingHttpHeaders {
  return {
    'content-type': { stream: streamType, body: bodyType, json: 'application/json' }[type],
    ...(type === 'stream' ? { 'cache-control': 'no-cache' } : {}),
    ...(script.encoding === 'none' ? {} : { 'content-encoding': script.encoding }),
    ...headers,
  };
}
