// The caller's request for images or sound, which may be a form → what it asks for. It goes upstream as it came.
import { WeirError } from '../../errors.ts';
import type { Ask, AskedRequest } from '../dialect.ts';
import { formIn } from '../form.ts';
import { asksForStream } from '../form-fields.ts';
import { asItCame, isStreamIn, plainName, textOf, UNNAMED } from '../request.ts';

/** Some of these calls have a model of their own where none is named: which one, only the provider knows. */
export function askOpenAiMedia(asked: AskedRequest): Ask {
  const { body, contentType, model: inPath } = asked;
  const form = asked.form ?? (body.root === null ? formIn(body.bytes, contentType) : {});
  if (form === null)
    throw new WeirError('invalid_body', { detail: 'The request body must be one JSON object or a form.' });
  const model = inPath ?? textOf(form.model) ?? textOf(body.value('model'));
  return {
    ...asItCame(body),
    model: plainName(model ?? UNNAMED),
    streamed: form.stream === undefined ? isStreamIn(body) : asksForStream(form),
    namesNoModel: model === undefined,
  };
}
