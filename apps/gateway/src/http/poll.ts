// A response that is read by its id. As a rule that costs nothing, and leaves no row. But a response that was made in the
// background may tell here for the first time what it cost: then it is relayed like any metered call.
import type { Request, Response } from 'express';
import type { Endpoint } from '../dialects/endpoint.ts';
import { dialectOf } from '../dialects/endpoints.ts';
import { openAiPolledResponses } from '../dialects/openai/openai-responses.ts';
import { pathIn } from '../dialects/paths.ts';
import { createSettlePoll } from '../exchange/end/settle-poll.ts';
import type { Gateway } from '../exchange/services.ts';
import { relayRequest } from './route.ts';

export function createPoll(gateway: Gateway) {
  const steps = { ...gateway.steps, settle: createSettlePoll(gateway) };
  return (req: Request, res: Response): Promise<void> =>
    relayRequest({ req, res }, { endpoint: polledAt(req), steps }, gateway);
}

function polledAt(req: Request): Endpoint {
  const dialect = { ...openAiPolledResponses, credentials: dialectOf(req).credentials };
  return { method: 'GET', path: pathIn(req.originalUrl), name: '/v1/responses/{id}', dialect };
}
