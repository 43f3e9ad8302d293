// A call that is not metered. What costs nothing anywhere is handed on as it comes, and leaves no row; what may cost
// something is relayed like a metered call, and leaves one. All else is refused.
import type { Request, RequestHandler, Response } from 'express';
import { familyOf } from '../dialects/opaque/call-family.ts';
import { pathIn } from '../dialects/paths.ts';
import { isPoll, safeClassOf } from '../dialects/safe-calls.ts';
import { WeirError } from '../errors.ts';
import type { Gateway } from '../exchange/services.ts';
import type { Passage } from '../routing/pass-rules.ts';
import type { Rules } from '../rules.ts';
import { createFreePassage } from './free-passage.ts';
import { createPoll } from './poll.ts';
import { recordedCall } from './recorded-call.ts';
import { relayRequest } from './route.ts';

const NOT_PASSED =
  'This call is not metered, and does not pass: PASS_THROUGH, or pass_through in the file of WEIR_CONFIG, can let it.';

/** Before anybody waits for its body. */
export function refuseUnlessItPasses({ current }: Gateway): RequestHandler {
  return (req, _res, next) => {
    refuseUnlessPassed(passageOf(req, current()));
    next();
  };
}

/** Whether it passes and leaves a row. */
export const isRecorded =
  ({ current }: Gateway) =>
  (req: Request): boolean =>
    passageOf(req, current()) === 'recorded';

export function createPassThrough(gateway: Gateway): RequestHandler {
  const [passFree, poll] = [createFreePassage(gateway), createPoll(gateway)];
  return async function passThrough(req: Request, res: Response) {
    const passage = passageOf(req, gateway.current()); // once more: the rules may have changed while its body came
    refuseUnlessPassed(passage);
    if (passage === 'recorded') return passRecorded(req, res, gateway);
    const call = callIn(req);
    gateway.metrics.passed(safeClassOf(call) ?? 'other');
    await (isPoll(call) ? poll : passFree)(req, res);
  };
}

async function passRecorded(req: Request, res: Response, gateway: Gateway): Promise<void> {
  await relayRequest({ req, res }, { endpoint: recordedCall(req) }, gateway);
  gateway.metrics.passed(familyOf(req.originalUrl));
}

const passageOf = (req: Request, rules: Rules): Passage => rules.passageOf(callIn(req));

function refuseUnlessPassed(passage: Passage): void {
  if (passage === 'refused') throw new WeirError('not_found', { detail: NOT_PASSED });
}

const callIn = ({ method, originalUrl }: Request) => ({ method, path: pathIn(originalUrl) });
