// The metered calls of Anthropic's API: its own, and what Vertex made of it, where the path names the model.
import { type Endpoint, post } from '../endpoint.ts';
import { anthropicMessages } from './anthropic-messages.ts';
import { anthropicVertex } from './anthropic-vertex.ts';

const PUBLISHER = '^/v1(?:beta1)?/projects/[^/]+/locations/[^/]+/publishers/anthropic';

/** A count of tokens is asked for as if it were a model's. */
const vertexCall = (verb: string): Endpoint => ({
  method: 'POST',
  path: new RegExp(`${PUBLISHER}/models/(?!count-tokens:)([^/:]+):${verb}$`),
  name: `/v1/publishers/anthropic/models/{model}:${verb}`,
  dialect: anthropicVertex,
  namesModel: true,
});

export const anthropicEndpoints: readonly Endpoint[] = [
  post('/v1/messages', anthropicMessages),
  vertexCall('rawPredict'),
  vertexCall('streamRawPredict'),
];
