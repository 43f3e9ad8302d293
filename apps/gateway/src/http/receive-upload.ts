// A form that may be large is not read whole: only until it is known which provider it is for. The rest streams on to it.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request, RequestHandler } from 'express';
import { contentEncodingOf } from '../body/content-encoding.ts';
import { boundaryIn } from '../dialects/form-boundary.ts';
import { RequestBody } from '../dialects/request-body.ts';
import type { Gateway } from '../exchange/services.ts';
import type { Directory } from '../routing/directory.ts';
import { Upload } from '../upload/upload.ts';
import type { UploadDir } from '../upload/upload-dir.ts';
import { tooLargeAnUpload, UploadSource } from '../upload/upload-source.ts';
import { inviteBody } from './expect-continue.ts';
import { type ReceivedBody, refusePipelined } from './read-body.ts';

const NOTHING = Buffer.alloc(0);

type Receiver = Pick<Gateway, 'bodies' | 'closed'> & {
  readonly options: Pick<Gateway['options'], 'maxUploadBytes' | 'bodyTimeoutMs'>;
  readonly uploadDir: Pick<UploadDir, 'park'>;
  readonly inFlight: Pick<Gateway['inFlight'], 'answering'>;
  current(): { readonly directory: Pick<Directory, 'upstreamOfAll'> };
};

interface UploadRules {
  readonly isTaken?: (req: Request) => boolean;
  /** Where it goes may depend on the model that the form names. */
  readonly formNamesModel: boolean;
}

/** Leaves to others what is no form, or is packed, or is not to be taken. */
export function receiveUpload(
  gateway: Receiver,
  { isTaken = () => true, formNamesModel }: UploadRules,
): RequestHandler {
  return async function receive(req, res, next) {
    const boundary = contentEncodingOf(req.headers) === '' ? boundaryIn(req.headers['content-type']) : undefined;
    const needsModel = formNamesModel && gateway.current().directory.upstreamOfAll === undefined;
    if (boundary !== undefined && isTaken(req)) req.body = await uploadOf({ req, res, boundary, needsModel }, gateway);
    next();
  };
}

interface Form {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly boundary: string;
  readonly needsModel: boolean;
}

async function uploadOf({ req, res, boundary, needsModel }: Form, gateway: Receiver): Promise<ReceivedBody> {
  const { bodies, uploadDir: dir, closed, options } = gateway;
  refusePipelined(res);
  const length = req.headers['content-length'];
  if (Number(length ?? 0) > options.maxUploadBytes) throw tooLargeAnUpload(options.maxUploadBytes);
  const lease = bodies.enter();
  const source = new UploadSource(req, res, { ...options, closed });
  const upload = new Upload({ source, boundary, dir, lease, turns: bodies.turns });
  req.on('error', () => undefined); // whoever waits for a piece hears of it
  inviteBody(req, res);
  try {
    await upload.untilKnown({ needsModel });
  } catch (error) {
    await upload.drop();
    if (closed.aborted) gateway.inFlight.answering(res); // a stop waits until it is told
    throw error;
  }
  gateway.inFlight.answering(res);
  res.once('close', () => void upload.drop());
  if (res.closed) await upload.drop(); // its sender left while the last piece was written to disk
  return { body: RequestBody.of(NOTHING), lease, upload: { upload, length } };
}
