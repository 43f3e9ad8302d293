// The caller's request for a chat or a completion → what it asks for, and the same bytes with `include_usage` set to true
// in the `stream_options` of streams. The body is never written anew: 64-bit seeds and the order of keys must survive.
import type { Buffer } from 'node:buffer';
import type { Found } from '../../json/picker.ts';
import type { Ask, AskedRequest } from '../dialect.ts';
import { isStreamIn, modelIn } from '../request.ts';
import type { RequestBody } from '../request-body.ts';

const ASKING = '"include_usage":true';

export function askOpenAiChat(asked: AskedRequest): Ask {
  const { body } = asked;
  const model = modelIn(asked);
  const streamed = isStreamIn(body);
  const includeUsage = body.value('stream_options', 'include_usage');
  return {
    model,
    streamed,
    usageRequested: includeUsage === true,
    usageOverruled: streamed && includeUsage === false,
    body: streamed && includeUsage !== true ? withUsageAsked(body) : body.bytes,
  };
}

function withUsageAsked(body: RequestBody): Buffer {
  const options = body.find('stream_options');
  if (options === undefined) return body.withMember(body.root as Found, `"stream_options":{${ASKING}}`);
  if (options.kind !== 'object') return body.withValue(options, `{${ASKING}}`);
  const asked = body.find('stream_options', 'include_usage');
  return asked === undefined ? body.withMember(options, ASKING) : body.withValue(asked, 'true');
}
