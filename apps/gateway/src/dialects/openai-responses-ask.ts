// The caller's request to the Responses API → what it asks for. Nothing is added to it: usage comes unasked.
import type { Ask, AskedRequest } from './dialect.ts';
import { type JsonObject, objectIn, textIn } from './json.ts';
import { isStreamIn, modelIn, requestIn } from './request.ts';

/** What stands for the model where a stored response is asked for by its id. */
const REPLAYED = 'replay';

export function askOpenAiResponses({ url, body }: AskedRequest): Ask {
  const always = { usageRequested: true, usageOverruled: false, body };
  const [path = '', query] = url.split('?', 2);
  if (/\/responses\/[^/]+\/?$/.test(path)) {
    const asked = new URLSearchParams(query);
    return {
      ...always,
      model: REPLAYED,
      streamed: asked.get('stream') === 'true',
      replay: asked.has('starting_after'),
    };
  }
  const request = requestIn(body);
  return { ...always, model: modelOrPromptIn(request), streamed: isStreamIn(request) };
}

/** A prompt template may bring its own model, which only the provider knows: the template is then named instead. */
function modelOrPromptIn(request: JsonObject): string {
  const prompt = textIn(request, 'model') === null ? textIn(objectIn(request, 'prompt'), 'id') : null;
  return prompt === null ? modelIn(request) : `prompt:${prompt}`;
}
