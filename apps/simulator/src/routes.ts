// Which path is whose.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '@weir/infra/log';
import { anthropicCountTokens, anthropicMessages } from './apis/anthropic.ts';
import { anthropicVertex } from './apis/anthropic-vertex.ts';
import { gemini, geminiArray } from './apis/gemini.ts';
import { geminiEmbeddings } from './apis/gemini-embeddings.ts';
import { openaiChat } from './apis/openai-chat.ts';
import { openaiCompact } from './apis/openai-compact.ts';
import { openaiCompletions } from './apis/openai-completions.ts';
import { openaiEmbeddings } from './apis/openai-embeddings.ts';
import { openaiImages } from './apis/openai-images.ts';
import { rememberedResponses } from './apis/openai-responses-replay.ts';
import { openaiSpeech } from './apis/openai-speech.ts';
import { openaiTranscriptions } from './apis/openai-transcriptions.ts';
import { askingOf } from './asked.ts';
import { geminiModelList, modelList } from './models.ts';
import { createPerformer, type Perform } from './perform.ts';
import type { RequestLog } from './requests.ts';
import { sendJson } from './send.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

export interface Route {
  /** An exact path, or one with something of the caller's in it. */
  readonly path: string | RegExp;
  readonly methods: Readonly<Record<string, Handler>>;
}

const REMEMBERED_RESPONSES = 100;

export function routesOf(log: Log, requests: RequestLog): readonly Route[] {
  const perform = createPerformer(log, requests);
  const responses = rememberedResponses(REMEMBERED_RESPONSES);
  const streamed = byFraming({ events: perform(gemini), array: perform(geminiArray) });
  const list =
    (json: () => string): Handler =>
    (_, response) =>
      sendJson(response, 200, json());
  const forget: Handler = (_, response) => {
    requests.clear();
    response.writeHead(204).end();
  };
  return [
    { path: '/v1/chat/completions', methods: { POST: perform(openaiChat) } },
    { path: '/v1/completions', methods: { POST: perform(openaiCompletions) } },
    { path: '/v1/responses', methods: { POST: perform(responses.asked) } },
    { path: '/v1/responses/compact', methods: { POST: perform(openaiCompact) } },
    { path: /^\/v1\/responses\/[^/]+$/, methods: { GET: perform(responses.replayed) } },
    { path: '/v1/embeddings', methods: { POST: perform(openaiEmbeddings) } },
    { path: /^\/v1\/images\/(?:generations|edits|variations)$/, methods: { POST: perform(openaiImages) } },
    { path: /^\/v1\/audio\/(?:transcriptions|translations)$/, methods: { POST: perform(openaiTranscriptions) } },
    { path: '/v1/audio/speech', methods: { POST: perform(openaiSpeech) } },
    { path: '/v1/messages', methods: { POST: perform(anthropicMessages) } },
    { path: '/v1/messages/count_tokens', methods: { POST: perform(anthropicCountTokens) } },
    { path: googles('generateContent'), methods: { POST: perform(gemini) } },
    { path: googles('streamGenerateContent'), methods: { POST: streamed } },
    { path: googles('(?:embedContent|batchEmbedContents)'), methods: { POST: perform(geminiEmbeddings) } },
    { path: googles('(?:rawPredict|streamRawPredict)'), methods: { POST: perform(anthropicVertex) } },
    { path: '/v1/models', methods: { GET: list(modelList) } },
    { path: '/v1beta/models', methods: { GET: list(geminiModelList) } },
    { path: '/sim/requests', methods: { GET: list(() => JSON.stringify(requests.list())), DELETE: forget } },
  ];
}

/** On AI Studio, or below a project of Vertex. */
const googles = (verb: string): RegExp => new RegExp(`^/v1(?:beta1?)?/(?:projects/.+/)?models/.+:${verb}$`);

function byFraming({ events, array }: { events: Perform; array: Perform }): Handler {
  return (request, response) => {
    const perform = askingOf(request, null).query.get('alt') === 'sse' ? events : array;
    return perform(request, response);
  };
}
