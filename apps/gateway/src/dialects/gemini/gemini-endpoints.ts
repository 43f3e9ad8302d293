// The metered calls of Google's API, on AI Studio and, below a project's path, on Vertex.
import type { Dialect } from '../dialect.ts';
import type { Endpoint } from '../endpoint.ts';
import { gemini } from './gemini.ts';
import { geminiEmbeddings } from './gemini-embeddings.ts';

const COLLECTIONS = [
  'models(?:/[^/]+)?', // of a model that is named with its owner
  'tunedModels',
  'dynamic',
  'publishers/[^/]+/models',
  'projects/[^/]+/locations/[^/]+/(?:publishers/[^/]+/models|endpoints)',
].join('|');

const call = (verb: string, dialect: Dialect): Endpoint => ({
  method: 'POST',
  path: new RegExp(`^/v1(?:beta1?)?/(?:${COLLECTIONS})/[^/]+:${verb}$`),
  name: `/v1beta/models/{model}:${verb}`,
  dialect,
});

export const geminiEndpoints: readonly Endpoint[] = [
  call('generateContent', gemini),
  call('streamGenerateContent', gemini),
  call('embedContent', geminiEmbeddings),
  call('batchEmbedContents', geminiEmbeddings),
];
