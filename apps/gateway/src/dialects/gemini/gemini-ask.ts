// The caller's request → what it asks for. All but the prompt stands in the path: the model, and whether to stream. The
// body goes upstream as it came.
import { WeirError } from '../../errors.ts';
import { refuseOtherFormats } from '../answer-format.ts';
import type { Ask, AskedRequest } from '../dialect.ts';
import { decoded } from '../endpoint.ts';
import { pathIn } from '../paths.ts';
import { asItCame, demandObject, plainName } from '../request.ts';

// The last `models/` counts: Vertex puts project, location and publisher before it. A tuned model or an endpoint of one's
// own stands in a collection of its own, and is named by it.
const CALL =
  /^(?:.*\/models\/|\/v1(?:beta1?)?\/)(.+):(generateContent|streamGenerateContent|embedContent|batchEmbedContents)$/;

export function askGemini({ url, body }: AskedRequest): Ask {
  const [, model, verb] = CALL.exec(decoded(pathIn(url))) ?? [];
  if (model === undefined) throw new WeirError('not_found');
  refuseOtherFormats(url);
  demandObject(body);
  return { ...asItCame(body), model: plainName(model), streamed: verb === 'streamGenerateContent' };
}
