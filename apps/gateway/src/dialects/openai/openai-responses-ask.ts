// The caller's request to the Responses API → what it asks for. Nothing is added to it: usage comes unasked.
import type { Ask, AskedRequest } from '../dialect.ts';
import { pathIn } from '../paths.ts';
import { asItCame, isStreamIn, modelIn, plainName } from '../request.ts';

/** What stands for the model where a stored response is asked for by its id. */
const REPLAYED = 'replay';

export function askOpenAiResponses(asked: AskedRequest): Ask {
  return { ...asItCame(asked.body), model: modelOrPromptIn(asked), streamed: isStreamIn(asked.body) };
}

export function askStoredResponse({ url, body }: AskedRequest): Ask {
  const asked = new URLSearchParams(url.split('?')[1]);
  const replay = asked.has('starting_after');
  return {
    ...asItCame(body),
    model: REPLAYED,
    streamed: asked.get('stream') === 'true',
    replay,
    anyUpstream: true,
    ...(replay && { tags: { replay: 'true' } }),
  };
}

export function askPolledResponse(asked: AskedRequest): Ask {
  const id = pathIn(asked.url).split('/').at(-1) ?? '';
  return { ...askStoredResponse(asked), tags: { background: id } };
}

/** A prompt template may bring its own model, which only the provider knows: the template is then named instead. */
function modelOrPromptIn(asked: AskedRequest): string {
  const { body } = asked;
  const [model, prompt] = [body.value('model'), body.value('prompt', 'id')];
  const isNamed = typeof model === 'string' && model !== '';
  return !isNamed && typeof prompt === 'string' && prompt !== '' ? `prompt:${plainName(prompt)}` : modelIn(asked);
}
