// What the simulator must say in each API, written out by hand: two tokens, the parts of every ending, and its refusals.
import type { RawAnswer } from '../support/raw-http.ts';

/** The parts of a stream, as bytes; each ending says which of them follow the tokens. */
export interface AnswerParts {
  /** All until the second token, and half of the third. */
  readonly spoken: string;
  readonly half: string;
  readonly finish: string;
  readonly done: string;
  readonly error: string;
  readonly errorEvent?: string;
  readonly failed?: string;
}

export interface Voice {
  readonly name: string;
  readonly path: (model: string) => string;
  readonly body: (model: string) => object;
  /** Endings that it refuses. */
  readonly refuses: readonly string[];
  readonly streamType: string;
  /** With the id and the time that the answer named. */
  readonly partsOf: (answer: Pick<RawAnswer, 'text'>) => AnswerParts;
  /** The JSON of an error, with that status. */
  readonly error: (status: number, message: string) => unknown;
}

const prompt = 'What is a weir?';
const messages = [{ role: 'user', content: prompt }];
const told = 'The simulator was told to fail here.';
const EVENTS = 'text/event-stream; charset=utf-8';

function half(frame: string): string {
  return frame.slice(0, frame.length / 2);
}

function found(text: string, pattern: RegExp): string {
  return pattern.exec(text)?.[1] ?? 'nothing';
}

function openaiError(status: number, message: string): unknown {
  const [type, code] = status === 429 ? ['requests', 'rate_limit_exceeded'] : ['server_error', null];
  return { error: { message, type, param: null, code } };
}

const completions: Voice = {
  name: 'Completions',
  path: () => '/v1/completions',
  body: (model) => ({ model, prompt, stream: true }),
  refuses: ['error-event', 'failed'],
  streamType: EVENTS,
  partsOf: ({ text }) => {
    const head = `data: {"id":"${found(text, /"id":"(cmpl-sim-[0-9a-f]{8}-\d+)"/)}","object":"text_completion","created":${found(text, /"created":(\d+)/)},"choices":`;
    const chunk = (words: string, reason = 'null') =>
      `${head}[{"text":"${words}","index":0,"logprobs":null,"finish_reason":${reason}}],"model":"sim"}\n\n`;
    return {
      spoken: chunk('A') + chunk(' weir'),
      half: half(chunk(' (堰)')),
      finish: chunk('', '"stop"'),
      done: 'data: [DONE]\n\n',
      error: `data: {"error":{"message":"${told}","type":"server_error","param":null,"code":null}}\n\n`,
    };
  },
  error: openaiError,
};

const responses: Voice = {
  name: 'Responses',
  path: () => '/v1/responses',
  body: (model) => ({ model, input: prompt, stream: true }),
  refuses: [],
  streamType: EVENTS,
  partsOf: ({ text }) => {
    const id = found(text, /"id":"(resp_sim-[0-9a-f]{8}-\d+)"/);
    const created = found(text, /"created_at":(\d+)/);
    const event = (type: string, members: string) => `event: ${type}\ndata: {"type":"${type}",${members}}\n\n`;
    const response = (status: string, of: { error?: string; output?: string; tier?: string; usage?: string } = {}) =>
      `"response":{"id":"${id}","object":"response","created_at":${created},"status":"${status}","background":false,"error":${of.error ?? 'null'},"incomplete_details":null,"instructions":null,"max_output_tokens":null,"metadata":{},"model":"sim","output":[${of.output ?? ''}],"parallel_tool_calls":true,"previous_response_id":null,"reasoning":{"effort":null,"summary":null},"service_tier":"${of.tier ?? 'auto'}","store":true,"temperature":1,"text":{"format":{"type":"text"}},"tool_choice":"auto","tool_usage":{"image_gen":{"input_tokens":0,"output_tokens":0,"total_tokens":0},"web_search":{"num_requests":0}},"tools":[],"top_p":1,"truncation":"disabled","usage":${of.usage ?? 'null'}}`;
    const place = `"item_id":"msg_${id}","output_index":0,"content_index":0`;
    const part = (words: string) => `{"type":"output_text","annotations":[],"logprobs":[],"text":"${words}"}`;
    const item = (status: string, content: string) =>
      `{"id":"msg_${id}","type":"message","status":"${status}","content":[${content}],"role":"assistant"}`;
    const delta = (words: string, at: number) =>
      event('response.output_text.delta', `"delta":"${words}",${place},"logprobs":[],"sequence_number":${at}`);
    const whole = item('completed', part('A weir'));
    const usage = `{"input_tokens":5,"input_tokens_details":{"cached_tokens":0,"cache_write_tokens":0},"output_tokens":2,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":7}`;
    const error = `{"code":"server_error","message":"${told}"}`;
    return {
      spoken:
        event('response.created', `${response('in_progress')},"sequence_number":0`) +
        event('response.in_progress', `${response('in_progress')},"sequence_number":1`) +
        event('response.output_item.added', `"output_index":0,"item":${item('in_progress', '')},"sequence_number":2`) +
        event('response.content_part.added', `${place},"part":${part('')},"sequence_number":3`) +
        delta('A', 4) +
        delta(' weir', 5),
      half: half(delta(' (堰)', 6)),
      finish:
        event('response.output_text.done', `"text":"A weir",${place},"logprobs":[],"sequence_number":6`) +
        event('response.content_part.done', `${place},"part":${part('A weir')},"sequence_number":7`) +
        event('response.output_item.done', `"output_index":0,"item":${whole},"sequence_number":8`),
      done: event(
        'response.completed',
        `${response('completed', { output: whole, tier: 'default', usage })},"sequence_number":9`,
      ),
      error: `event: error\ndata: {"type":"error","sequence_number":6,"error":{"type":"server_error","code":"server_error","message":"${told}","param":null}}\n\n`,
      errorEvent: `event: error\ndata: {"type":"error","code":"server_error","message":"${told}","param":null,"sequence_number":6}\n\n`,
      failed: event('response.failed', `"sequence_number":7,${response('failed', { error })}`),
    };
  },
  error: openaiError,
};

const anthropic: Voice = {
  name: 'Messages',
  path: () => '/v1/messages',
  body: (model) => ({ model, messages, max_tokens: 100, stream: true }),
  refuses: ['error-event', 'failed'],
  streamType: EVENTS,
  partsOf: ({ text }) => {
    const event = (type: string, members: string) => `event: ${type}\ndata: {"type":"${type}"${members}}\n\n`;
    const delta = (words: string) =>
      event('content_block_delta', `,"index":0,"delta":{"type":"text_delta","text":"${words}"}  `);
    const input = '"input_tokens":12,"cache_creation_input_tokens":0,"cache_read_input_tokens":0';
    const begun = `${input},"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":0},"output_tokens":1,"service_tier":"standard"`;
    return {
      spoken:
        event(
          'message_start',
          `,"message":{"id":"${found(text, /"id":"(msg_sim-[0-9a-f]{8}-\d+)"/)}","type":"message","role":"assistant","model":"sim","content":[],"stop_reason":null,"stop_sequence":null,"usage":{${begun}}}        `,
        ) +
        event('content_block_start', ',"index":0,"content_block":{"type":"text","text":""}     ') +
        'event: ping\ndata: {"type": "ping"}\n\n' +
        delta('A') +
        delta(' weir'),
      half: half(delta(' (堰)')),
      finish:
        event('content_block_stop', ',"index":0 ') +
        event(
          'message_delta',
          `,"delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{${input},"output_tokens":2,"output_tokens_details":{"thinking_tokens":0}}        `,
        ),
      done: event('message_stop', '       '),
      error: `event: error\ndata: {"type":"error","error":{"details":null,"type":"overloaded_error","message":"${told}"}}\n\n`,
    };
  },
  error: (status, message) => ({
    type: 'error',
    error: { type: status === 429 ? 'rate_limit_error' : 'api_error', message },
  }),
};

const contents = [{ role: 'user', parts: [{ text: prompt }] }];

function geminiError(status: number, message: string) {
  return { error: { code: status, message, status: status === 429 ? 'RESOURCE_EXHAUSTED' : 'INTERNAL' } };
}

const geminiEvents: Voice = {
  name: 'Gemini',
  path: (model) => `/v1beta/models/${model}:streamGenerateContent?alt=sse`,
  body: () => ({ contents }),
  refuses: ['no-done', 'error-event', 'failed'],
  streamType: 'text/event-stream',
  partsOf: ({ text }) => {
    const id = found(text, /"responseId": "(gemini_sim-[0-9a-f]{8}-\d+)"/);
    const chunk = (words: string, candidates: number, finish = '') =>
      `data: {"candidates": [{"content": {"parts": [{"text": "${words}"}],"role": "model"},${finish}"index": 0}],"usageMetadata": {"promptTokenCount": 14,"candidatesTokenCount": ${candidates},"totalTokenCount": ${14 + candidates},"promptTokensDetails": [{"modality": "TEXT","tokenCount": 14}]},"modelVersion": "sim","responseId": "${id}"}\r\n\r\n`;
    return {
      spoken: chunk('A', 1) + chunk(' weir', 2),
      half: half(chunk(' (堰)', 2).replaceAll('\r\n', '\n')),
      finish: chunk('', 2, '"finishReason": "STOP",'),
      done: '',
      error: `data: {"error": {"code": 503,"message": "${told}","status": "UNAVAILABLE"}}\r\n\r\n`,
    };
  },
  error: geminiError,
};

const geminiArray: Voice = {
  name: 'Gemini’s JSON array',
  path: (model) => `/v1beta/models/${model}:streamGenerateContent?key=AIza-secret`,
  body: () => ({ contents }),
  refuses: ['error-event', 'failed'],
  streamType: 'application/json; charset=UTF-8',
  partsOf: ({ text }) => {
    const responseId = found(text, /"responseId": "(gemini_sim-[0-9a-f]{8}-\d+)"/);
    const element = (words: string, candidatesTokenCount: number, finish = {}) => {
      const candidate = { content: { parts: [{ text: words }], role: 'model' }, ...finish, index: 0 };
      const usageMetadata = {
        promptTokenCount: 14,
        candidatesTokenCount,
        totalTokenCount: 14 + candidatesTokenCount,
        promptTokensDetails: [{ modality: 'TEXT', tokenCount: 14 }],
      };
      return JSON.stringify({ candidates: [candidate], usageMetadata, modelVersion: 'sim', responseId }, null, 2);
    };
    return {
      spoken: `[${element('A', 1)}\n,\r\n${element(' weir', 2)}`,
      half: half(`\n,\r\n${element(' (堰)', 2)}`),
      finish: `\n,\r\n${element('', 2, { finishReason: 'STOP' })}`,
      done: '\n]\n',
      error: `\n,\r\n{\n  "error": {\n    "code": 503,\n    "message": "${told}",\n    "status": "UNAVAILABLE"\n  }\n}\n]\n`,
    };
  },
  error: (status, message) => [geminiError(status, message)],
};

export const VOICES: readonly Voice[] = [completions, responses, anthropic, geminiEvents, geminiArray];
