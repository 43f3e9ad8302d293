// The caller's request to the Responses API → what it asks for. Nothing is added to it: usage comes unasked.
import type { Ask, AskedRequest } from '../dialect.ts';
import { pathIn } from '../paths.ts';
import { asItCame, isStreamIn, modelIn, plainName } from '../request.ts';

/** What stands for the model where a stored response is asked for by its id. */
const REPLAYED = 'replay';

export function askOpenAiResponses(asked: AskedRequest): Ask {
  return { ...asItCame(asked.body), model: modelOrPromptIn(asked), streamed: isStreamIn(asked.body) };
}

/** With `starting_after` it was streamed before, unless it turns out to be one of the background. */
export function askStoredResponse({ url, body }: AskedRequest): Ask {
  const asked = new URLSearchParams(url.split('?')[1]);
  return {
    ...asItCame(body),
    model: REPLAYED,
    streamed: asked.get('stream') === 'true',
    replay: asked.has('starting_after'),
    namesNoModel: true,
  };
}

/** A poll that leaves a row is one of a background response: whatever its query says, the ledger decides whether it costs. */
export function askPolledResponse(asked: AskedRequest): Ask {
  return { ...askStoredResponse(asked), replay: false, tags: { background: idIn(asked.url) } };
}

/** Costs what the response had used, where that was made in the background and nobody has told it yet. */
export function askRecordedResponse(asked: AskedRequest): Ask {
  return { ...askPolledResponse(asked), replay: true };
}

const idIn = (url: string): string => /\/responses\/([^/]+)/.exec(pathIn(url))?.[1] ?? '';

/** A prompt template may bring its own model, which only the provider knows: the template is then named instead. */
function modelOrPromptIn(asked: AskedRequest): string {
  const { body } = asked;
  const [model, prompt] = [body.value('model'), body.value('prompt', 'id')];
  const isNamed = typeof model === 'string' && model !== '';
  return !isNamed && typeof prompt === 'string' && prompt !== '' ? `prompt:${plainName(prompt)}` : modelIn(asked);
}
