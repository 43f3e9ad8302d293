// A call that is not metered, passes, and leaves a row → how it is read. It is opaque, unless it reads or stops a response:
// that tells what the response cost, as a poll does.
import type { Request } from 'express';
import type { Endpoint } from '../dialects/endpoint.ts';
import { dialectOf } from '../dialects/endpoints.ts';
import { familyOf } from '../dialects/opaque/call-family.ts';
import { opaqueOf, readingOf } from '../dialects/opaque/opaque.ts';
import { isCancelOf, isOfResponse, isReading } from '../dialects/opaque/stored-objects.ts';
import { openAiRecordedResponses } from '../dialects/openai/openai-responses.ts';
import { pathIn } from '../dialects/paths.ts';

export function recordedCall(req: Request): Endpoint {
  const call = { method: req.method, path: pathIn(req.originalUrl) };
  const api = dialectOf(req);
  if (isOfResponse(call)) {
    const dialect = { ...openAiRecordedResponses, credentials: api.credentials };
    return { ...call, name: `/v1/responses/{id}${isCancelOf(call) ? '/cancel' : ''}`, dialect };
  }
  const dialect = isReading(call) ? readingOf(api) : opaqueOf(api);
  return { ...call, name: `/v1/${familyOf(call.path)}`, dialect };
}
