// The metered calls of OpenAI's API, below each of the paths where its clients look for it: OpenAI's own, Azure's, and
// Google's copy of it.
import type { Dialect } from '../dialect.ts';
import { type Endpoint, post, postForm } from '../endpoint.ts';
import { openAiChat } from './openai-chat.ts';
import { openAiCompletions } from './openai-completions.ts';
import { openAiEmbeddings } from './openai-embeddings.ts';
import { openAiImages } from './openai-images.ts';
import { openAiResponses, openAiStoredResponses } from './openai-responses.ts';
import { openAiSpeech } from './openai-speech.ts';
import { openAiTranscriptions } from './openai-transcriptions.ts';

const textBelow = (base: string): readonly Endpoint[] => [
  post(`${base}/chat/completions`, openAiChat),
  post(`${base}/completions`, openAiCompletions),
  post(`${base}/responses`, openAiResponses),
  post(`${base}/embeddings`, openAiEmbeddings),
  post(`${base}/responses/compact`, openAiResponses),
  streamAgain(base),
];

const mediaBelow = (base: string): readonly Endpoint[] => [
  post(`${base}/images/generations`, openAiImages),
  postForm(`${base}/images/edits`, openAiImages),
  postForm(`${base}/images/variations`, openAiImages),
  postForm(`${base}/audio/transcriptions`, openAiTranscriptions),
  postForm(`${base}/audio/translations`, openAiTranscriptions),
  post(`${base}/audio/speech`, openAiSpeech),
];

/** A background response, streamed; or any one that is stored, streamed again. */
const streamAgain = (base: string): Endpoint => ({
  method: 'GET',
  path: new RegExp(`^${base}/responses/(?!compact$|input_tokens$)[\\w.:=-]+$`),
  query: /[?&]stream=true(?:&|$)/,
  name: `${base}/responses/{id}`,
  dialect: openAiStoredResponses,
});

/** Its older API takes a key in a header of its own. */
export const asAzureTakesIt = (dialect: Dialect): Dialect => ({
  ...dialect,
  credentials: (apiKey) => ({ 'api-key': apiKey }),
});

const atDeployments = ({ path, dialect, ...call }: Endpoint): Endpoint => ({
  ...call,
  path: new RegExp(`^/openai/deployments/([^/]+)${path}$`),
  name: `/openai/deployments/{model}${path}`,
  dialect: asAzureTakesIt(dialect),
  namesModel: true,
});

const ofDeployments: readonly Endpoint[] = [
  post('/chat/completions', openAiChat),
  post('/completions', openAiCompletions),
  post('/embeddings', openAiEmbeddings),
  post('/images/generations', openAiImages),
  postForm('/images/edits', openAiImages),
  postForm('/audio/transcriptions', openAiTranscriptions),
  postForm('/audio/translations', openAiTranscriptions),
  post('/audio/speech', openAiSpeech),
].map(atDeployments);

const azuresOwn: readonly Endpoint[] = [
  post('/openai/responses', openAiResponses),
  post('/openai/responses/compact', openAiResponses),
  streamAgain('/openai'),
].map(({ dialect, ...call }) => ({ ...call, dialect: asAzureTakesIt(dialect) }));

export const openAiEndpoints: readonly Endpoint[] = textBelow('/v1');

/** Asked less often. */
export const moreOpenAiEndpoints: readonly Endpoint[] = [
  ...mediaBelow('/v1'),
  ...['/openai/v1', '/v1beta/openai'].flatMap((base) => [...textBelow(base), ...mediaBelow(base)]),
  ...ofDeployments,
  ...azuresOwn,
];
