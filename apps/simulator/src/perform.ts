// One request to an API, from its body to its last byte: read, remembered, then played or refused.
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '@weir/infra/log';
import { type Api, type Asking, type Problem, Refused } from './apis/api.ts';
import { bad, withoutPrompt } from './apis/asking.ts';
import { askingOf, readBody } from './asked.ts';
import { play, type Scene } from './play.ts';
import type { RequestLog, RequestRecord } from './requests.ts';
import { type ReadModel, ScriptError, scriptReader } from './script.ts';
import { sendJson } from './send.ts';
import { Wire } from './wire.ts';

export type Perform = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const FAILED: Problem = { status: 500, message: 'The simulator itself failed; its log says how.' };

/** What performs an API's requests; ids count up within a run, and differ between runs. */
export function createPerformer(log: Log, requests: RequestLog): (api: Api) => Perform {
  const run = randomBytes(4).toString('hex');
  let asked = 0;
  return (api) => {
    const readModel = scriptReader(api);
    return async (request, response) => {
      const body = await readBody(request);
      if (body === 'gone') return;
      asked += 1;
      const id = `${api.idPrefix}${run}-${asked}`;
      const asking = askingOf(request, body);
      const { url = '', headers } = request;
      const { model, streamed: stream } = api.target(asking);
      const kept = body && withoutPrompt(body, api.prompt);
      const record = requests.open({ id, url, model, stream, headers, body: kept });
      const wire = new Wire(response, record);
      try {
        await play(sceneOf({ api, readModel, asking, record }), wire);
      } catch (error) {
        refuse(response, api, problemOf(error) ?? FAILED);
        if (problemOf(error) === undefined) log.error({ id, error }, 'request.failed');
      }
      record.endedAt = new Date().toISOString();
      record.sawClose = wire.left;
      log.debug({ id, frames: record.sentFrames, bytes: record.sentBytes, client_left: wire.left }, 'request.ended');
    };
  };
}

function sceneOf(asked: { api: Api; readModel: ReadModel; asking: Asking; record: RequestRecord }): Scene {
  const { api, readModel, asking, record } = asked;
  if (record.body === null)
    throw new Refused({ status: 400, message: 'The body of the request is not a JSON object.' });
  const answer = api.read(asking);
  const { model, streamed } = api.target(asking);
  if (model === null || model === '') throw bad('you must provide a model parameter', 'model');
  const { name, script } = readModel(model, streamed);
  return {
    script,
    streamed,
    streamType: api.streamType,
    bodyType: api.bodyType ?? 'application/json',
    answer: answer({ id: record.id, name, createdAt: new Date(record.startedAt), script }),
    errorBody: (status) => api.errorBody({ status, message: 'The simulator was told to answer so.' }),
    headers: { [api.idHeader ?? 'x-request-id']: record.id },
    tally: record,
  };
}

function problemOf(error: unknown): Problem | undefined {
  if (error instanceof Refused) return error.problem;
  if (!(error instanceof ScriptError)) return undefined;
  return { status: 400, message: error.message, param: 'model', code: 'unknown_script' };
}

function refuse(response: ServerResponse, api: Api, problem: Problem): void {
  if (response.headersSent) response.destroy();
  else sendJson(response, problem.status, api.errorBody(problem));
}
