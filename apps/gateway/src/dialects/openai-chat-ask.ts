// The caller's request for a chat or a completion → what it asks for, and the same bytes with `include_usage` set to true
// in the `stream_options` of streams. The body is never written anew: 64-bit seeds and the order of keys must survive.
import { Buffer } from 'node:buffer';
import { applyEdits, modify } from 'jsonc-parser';
import { WeirError } from '../errors.ts';
import type { Ask, AskedRequest } from './dialect.ts';
import { isObject, type JsonObject, objectIn, parseJson } from './json.ts';
import { isStreamIn, modelIn, requestIn } from './request.ts';

export function askOpenAiChat({ body }: AskedRequest): Ask {
  const request = requestIn(body);
  const model = modelIn(request);
  const streamed = isStreamIn(request);
  const includeUsage = objectIn(request, 'stream_options')['include_usage'];
  return {
    model,
    streamed,
    usageRequested: includeUsage === true,
    usageOverruled: streamed && includeUsage === false,
    body: streamed && includeUsage !== true ? withUsageAsked(body, request) : body,
  };
}

function withUsageAsked(body: Buffer, request: JsonObject): Buffer {
  if (!Object.hasOwn(request, 'stream_options')) {
    const afterBrace = body.indexOf('{') + 1;
    const asked = Buffer.from('"stream_options":{"include_usage":true},');
    return Buffer.concat([body.subarray(0, afterBrace), asked, body.subarray(afterBrace)]);
  }
  const asked = edited(body, request);
  // A key that is given twice is read one way here and another there; who pays could then not be told what for.
  if (!usageAskedIn(parseJson(asked.toString('utf8')))) {
    throw new WeirError('invalid_request', { detail: '`stream_options` must be given once, and plainly.' });
  }
  return asked;
}

function edited(body: Buffer, request: JsonObject): Buffer {
  const text = body.toString('latin1'); // one character a byte: what is not edited stays as it was
  try {
    const edits = isObject(request['stream_options'])
      ? modify(text, ['stream_options', 'include_usage'], true, {})
      : modify(text, ['stream_options'], { include_usage: true }, {});
    return Buffer.from(applyEdits(text, edits), 'latin1');
  } catch {
    return body; // nested deeper than the editor goes
  }
}

const usageAskedIn = (request: unknown): boolean =>
  isObject(request) && objectIn(request, 'stream_options')['include_usage'] === true;
