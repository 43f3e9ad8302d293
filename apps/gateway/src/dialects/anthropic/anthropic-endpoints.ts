// The metered calls of Anthropic's API: its own, and what Vertex made of it, where the path names the model.
import { type Endpoint, post } from '../endpoint.ts';
import { anthropicMessages } from './anthropic-messages.ts';

export const anthropicEndpoints: readonly Endpoint[] = [post('/v1/messages', anthropicMessages)];
