// The caller's request → what it asks for. All but the prompt stands in the path: the model, and whether to stream. The
// body goes upstream as it came.
import { WeirError } from '../../errors.ts';
import type { Ask, AskedRequest } from '../dialect.ts';
import { demandObject, plainName } from '../request.ts';

// The last `models/` counts: Vertex puts project, location and publisher before it. A tuned model or an endpoint of one's
// own stands in a collection of its own, and is named by it.
const CALL = /^(?:.*\/models\/|\/v1(?:beta)?\/)(.+):(generateContent|streamGenerateContent)$/;

export function askGemini({ url, body }: AskedRequest): Ask {
  const [, model, verb] = CALL.exec(pathOf(url)) ?? [];
  if (model === undefined) throw new WeirError('not_found');
  demandObject(body);
  return {
    model: plainName(model),
    streamed: verb === 'streamGenerateContent',
    usageRequested: true, // it comes unasked
    usageOverruled: false,
    body: body.bytes,
  };
}

function pathOf(url: string): string {
  const path = url.split('?')[0] as string;
  try {
    return decodeURIComponent(path);
  } catch (cause) {
    throw new WeirError('invalid_request', { detail: 'The path is not valid URL encoding.', cause });
  }
}
