// The caller's request to the Responses API → what it asks for. Nothing is added to it: usage comes unasked.
import type { Ask, AskedRequest } from '../dialect.ts';
import { isStreamIn, modelIn, plainName } from '../request.ts';
import type { RequestBody } from '../request-body.ts';

/** What stands for the model where a stored response is asked for by its id. */
const REPLAYED = 'replay';

export function askOpenAiResponses({ url, body }: AskedRequest): Ask {
  const always = { usageRequested: true, usageOverruled: false, body: body.bytes };
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
  return { ...always, model: modelOrPromptIn(body), streamed: isStreamIn(body) };
}

/** A prompt template may bring its own model, which only the provider knows: the template is then named instead. */
function modelOrPromptIn(body: RequestBody): string {
  const [model, prompt] = [body.value('model'), body.value('prompt', 'id')];
  const isNamed = typeof model === 'string' && model !== '';
  return !isNamed && typeof prompt === 'string' && prompt !== '' ? `prompt:${plainName(prompt)}` : modelIn(body);
}
