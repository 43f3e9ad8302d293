// A form that may be large is not read whole: only until it is known which provider it is for. The rest streams on to it.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request, RequestHandler } from 'express';
import { contentEncodingOf } from '../body/content-encoding.ts';
import { boundaryIn } from '../dialects/form-boundary.ts';
import { RequestBody } from '../dialects/request-body.ts';
import type { Gateway } from '../exchange/services.ts';
import { Upload } from '../upload/upload.ts';
import { tooLargeAnUpload, UploadSource } from '../upload/upload-source.ts';
import { inviteBody } from './expect-continue.ts';
import { type ReceivedBody, refusePipelined } from './read-body.ts';

const NOTHING = Buffer.alloc(0);

/** Leaves to others what is no form, or is packed, or is not to be taken. */
export function receiveUpload(gateway: Gateway, isTaken: (req: Request) => boolean = () => true): RequestHandler {
  return async function receive(req, res, next) {
    const boundary = contentEncodingOf(req.headers) === '' ? boundaryIn(req.headers['content-type']) : undefined;
    if (boundary !== undefined && isTaken(req)) req.body = await uploadOf({ req, res, boundary }, gateway);
    next();
  };
}

interface Form {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly boundary: string;
}

async function uploadOf({ req, res, boundary }: Form, gateway: Gateway): Promise<ReceivedBody> {
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
    await upload.untilKnown({ needsModel: gateway.current().directory.upstreamOfAll === undefined });
  } catch (error) {
    await upload.drop();
    if (closed.aborted) gateway.inFlight.answering(res); // a stop waits until it is told
    throw error;
  }
  gateway.inFlight.answering(res);
  res.once('close', () => void upload.drop());
  return { body: RequestBody.of(NOTHING), lease, upload: { upload, length } };
}
