// A call that passes and is of no API that Weir knows: relayed as it is, whatever comes, and read as far as it looks like
// something known. Errors and keys are those of the API whose paths it is among.
import { bytesFraming } from '../../sse/bytes.ts';
import { isEventStream, sseFraming } from '../../sse/framing.ts';
import type { Ask, AskedRequest, Dialect } from '../dialect.ts';
import { formIn } from '../form.ts';
import { asksForStream } from '../form-fields.ts';
import { pathIn } from '../paths.ts';
import { asItCame, plainName, textOf, UNNAMED } from '../request.ts';
import { OpaqueReader } from './opaque-reader.ts';

const CARRIED = { id: true, model: true, usage: true } as const;

const eventsFraming = { ...sseFraming, endsWithBody: true };

export const opaqueOf = (api: Dialect): Dialect => ({
  ...api,
  name: 'opaque',
  ask: askOpaque,
  framing(contentType) {
    if (isEventStream(contentType)) return eventsFraming;
    return contentType.startsWith('application/json') ? null : bytesFraming;
  },
  takesAnyBody: true,
  createReader: () => new OpaqueReader(),
  wanted: {
    ...CARRIED,
    modelVersion: true,
    usageMetadata: true,
    response: CARRIED,
    message: CARRIED,
    interaction: CARRIED,
    delta: { usage: true },
  },
});

/** The same for a call that tells of what was made before. A body that names a model may be meant to make something. */
export const readingOf = (api: Dialect): Dialect => ({
  ...opaqueOf(api),
  ask: (asked) => ({ ...askOpaque(asked), replay: asked.body.find('model') === undefined }),
});

function askOpaque({ url, body, contentType, form = formIn(body.bytes, contentType) ?? {} }: AskedRequest): Ask {
  const model = textOf(body.value('model')) ?? textOf(form.model) ?? modelInPath(url);
  return {
    ...asItCame(body),
    model: plainName(model ?? UNNAMED),
    streamed: body.value('stream') === true || asksForStream(form),
    namesNoModel: model === undefined,
  };
}

/** As in Google's calls, in a model's own page, and at Azure. */
const modelInPath = (url: string): string | undefined => /\/(?:models|deployments)\/([^/:]+)/.exec(pathIn(url))?.[1];
