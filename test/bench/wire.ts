// The provider's answers, computed once: OpenAI chat frames of about 200 bytes, each in an HTTP chunk of its own as
// providers send them, usage at the end, then [DONE]; or one JSON body. What is asked for stands in the model's name.

/**
 * `paced`, `steady`, `sparse` and `slow` come frame by frame, the latter three until they are told to end; `once` comes as
 * fast as it is taken; `json` is no stream.
 */
export type Kind = keyof typeof FRAMES_A_SECOND | 'once' | 'json';

export interface Word {
  readonly kind: Kind;
  /** All frames of the stream, the last three of which end it. */
  readonly frames: number;
}

export const modelOf = ({ kind, frames }: Word): string => `bench-${kind}-${frames}`;

const MODEL = /"model":"bench-(paced|steady|sparse|slow|once|json)-(\d+)"/;

/** Throws where a request asks for nothing that is known here: that is a fault of the bench. */
export function wordIn(body: string): Word {
  const [, kind, frames] = MODEL.exec(body) ?? [];
  if (kind === undefined) throw new Error('the bench provider was asked for an unknown model');
  return { kind: kind as Kind, frames: Number(frames) };
}

const EVENT = '"id":"chatcmpl-bench-0123456789","created":1760000000,"model":"gpt-4o-2024-08-06"';
const USAGE = '"usage":{"prompt_tokens":250,"completion_tokens":200,"total_tokens":450}';

/** Of one stream. */
export const FRAMES_A_SECOND = { paced: 50, steady: 50, sparse: 5, slow: 1 };

export const isEndless = (kind: Kind): boolean => ['steady', 'sparse', 'slow'].includes(kind);

/** The time at which a paced frame was sent, in microseconds, of so many digits. */
export const STAMP_DIGITS = 16;
export const BEFORE_STAMP = Buffer.from('"content":" ');

const frameOf = (choices: string, more = '') =>
  `data: {${EVENT},"object":"chat.completion.chunk","choices":[${choices}]${more}}\n\n`;
const choiceOf = (delta: string, reason: string) => `{"index":0,"delta":{${delta}},"finish_reason":${reason}}`;

const CONTENT = frameOf(choiceOf(`"content":" ${'0'.repeat(STAMP_DIGITS)}"`, 'null'));
const CLOSING = [frameOf(choiceOf('', '"stop"')), frameOf('', `,${USAGE}`), 'data: [DONE]\n\n'];
const TEXT = 'What goes over the weir is measured by how high it stands. '.repeat(12);
const JSON_BODY = `{${EVENT},"object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"${TEXT}"},"finish_reason":"stop"}],${USAGE}}`;

const inChunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

export const DONE = Buffer.from('data: [DONE]\n\n');
export const FRAME_CHUNK = Buffer.from(inChunk(CONTENT));
export const CLOSING_CHUNKS = Buffer.from(`${CLOSING.map(inChunk).join('')}0\r\n\r\n`);
export const STREAM_HEAD = Buffer.from(
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n',
);
const JSON_ANSWER = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${JSON_BODY.length}\r\n\r\n${JSON_BODY}`,
);

export const contentFramesOf = ({ frames }: Word): number => frames - CLOSING.length;

/** Of the body, without what HTTP adds to it. */
export function bodyBytesOf(word: Word): number {
  if (word.kind === 'json') return JSON_BODY.length;
  return contentFramesOf(word) * CONTENT.length + CLOSING.join('').length;
}

/** A whole answer, for those that come at once. */
export function answerOf(word: Word): Buffer {
  if (word.kind === 'json') return JSON_ANSWER;
  const content = Array.from({ length: contentFramesOf(word) }, () => FRAME_CHUNK);
  return Buffer.concat([STREAM_HEAD, ...content, CLOSING_CHUNKS]);
}

const PROMPT = 'You are asked how high the water stands above the crest, and answer in one word. '.repeat(12);

/** A caller's request, as it goes over the wire. It asks for no usage: that is the gateway's business. */
export function requestOf(word: Word, host: string): Buffer {
  const messages = [{ role: 'user', content: PROMPT }];
  const body = JSON.stringify({ model: modelOf(word), messages, stream: word.kind !== 'json' });
  const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\n`;
  return Buffer.from(`${head}authorization: Bearer bench\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
}

/** Microseconds on a clock that all processes of one machine share. */
export const nowUs = (): number => Number(process.hrtime.bigint() / 1000n);
