// An HTTP request → a call and the body that goes upstream, or the refusal that says what is wrong with it.
import type { IncomingHttpHeaders } from 'node:http';
import { presentedBy } from '../../admission/presented.ts';
import { type Endpoint, modelInPath } from '../../dialects/endpoint.ts';
import type { Form } from '../../dialects/form-fields.ts';
import { refuseMislabelled } from '../../dialects/mislabelled.ts';
import { pathAfterVersion } from '../../dialects/paths.ts';
import type { RequestBody } from '../../dialects/request-body.ts';
import { WeirError } from '../../errors.ts';
import type { AcceptedRequest } from './accepted-request.ts';
import { textOf } from './header-text.ts';
import { wishesOf } from './request-options.ts';

export interface Received {
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  /** As the caller wrote it, query included. */
  readonly url: string;
  readonly body: RequestBody;
  /** What a form has said so far that streams on, and is not in the body. */
  readonly form?: Form | undefined;
}

// It is kept in every record of the request, and longer than any provider's.
const MODEL_LENGTH = 512;
const MODEL_TOO_LONG = `The model's name must not be longer than ${MODEL_LENGTH} characters.`;

export function parse(received: Received, endpoint: Endpoint): { call: AcceptedRequest; bytes: Buffer } {
  const { id, headers, url, body, form } = received;
  const { name, method, dialect } = endpoint;
  const contentType = headers['content-type'];
  if (body.root !== null) refuseMislabelled(contentType);
  const { body: bytes, ...ask } = dialect.ask({ url, body, form, contentType, model: modelInPath(endpoint, url) });
  if (ask.model.length > MODEL_LENGTH) throw new WeirError('invalid_request', { detail: MODEL_TOO_LONG });
  const call = {
    id,
    startedAt: new Date(),
    startedTick: performance.now(),
    endpoint: name,
    method,
    dialect,
    ask,
    requestOptions: wishesOf(headers),
    headers,
    path: pathAfterVersion(url),
    presented: presentedBy(headers, url, dialect),
    callerRequestId: textOf(headers, 'x-request-id'),
  };
  return { call, bytes };
}
