// The metered calls of Google's API, on AI Studio and, below a project's path, on Vertex.
import type { Endpoint } from '../endpoint.ts';
import { gemini } from './gemini.ts';

const call = (verb: string, dialect = gemini): Endpoint => ({
  method: 'POST',
  path: new RegExp(`^/v1(?:beta1?)?/.+:${verb}$`),
  name: `/v1beta/models/{model}:${verb}`,
  dialect,
});

export const geminiEndpoints: readonly Endpoint[] = [call('generateContent'), call('streamGenerateContent')];
