// Google's API: reads `POST /v1beta/models/{model}:generateContent` and `:streamGenerateContent`, and says the answer as one
// response, as events (`?alt=sse`), or as a JSON array in pieces. The path names the model.
import { type Api, type Asking, type Body, Refused, type Target } from './api.ts';
import { promptLengthOf, toolIn } from './asking.ts';
import { type Asked, geminiAnswer } from './gemini-chunks.ts';
import { geminiErrorBody } from './gemini-error.ts';
import { arrayFraming, eventFraming, type GeminiFraming } from './gemini-framing.ts';
import { USAGES } from './gemini-usage.ts';

const PROMPT = ['contents', 'systemInstruction', 'system_instruction'];

export const gemini: Api = {
  name: 'Gemini',
  idPrefix: 'gemini_sim-',
  streamType: 'text/event-stream',
  streamedBy: ':streamGenerateContent',
  usages: USAGES,
  lacks: ['cache-write', 'end=no-done', 'end=error-event', 'end=failed'],
  defaults: { eol: 'crlf' },
  prompt: PROMPT,
  target,
  read: reader(eventFraming),
  errorBody: geminiErrorBody,
};

/** What the same path answers without `alt=sse`; its lines are Google's own, and there is no place for comments. */
export const geminiArray: Api = {
  ...gemini,
  name: 'Gemini’s JSON array',
  streamType: 'application/json; charset=UTF-8',
  lacks: ['cache-write', 'eol', 'comments', 'end=error-event', 'end=failed'],
  defaults: {},
  read: reader(arrayFraming),
  errorBody: (problem) => `[${geminiErrorBody(problem).trimEnd()}\n]\n`,
};

/** The model may hold colons: the last one stands before the verb. */
function target({ path }: Pick<Asking, 'path'>): Target {
  const [, model = '', verb] = /\/models\/(.*):(\w+)$/.exec(path) ?? [];
  return { model: decoded(model), streamed: verb === 'streamGenerateContent' };
}

function decoded(model: string): string | null {
  try {
    return decodeURIComponent(model);
  } catch {
    return null;
  }
}

function reader(framing: () => GeminiFraming): Api['read'] {
  return ({ body }) => {
    if (!Array.isArray(body['contents'])) {
      throw new Refused({ status: 400, message: '* GenerateContentRequest.contents: contents is not specified' });
    }
    const asked: Asked = { promptLength: promptLengthOf(body, PROMPT), tool: toolIn(body['tools'], functionName) };
    return (take) => geminiAnswer(take, asked, framing());
  };
}

function functionName({ functionDeclarations, function_declarations }: Body): unknown {
  const declared = functionDeclarations ?? function_declarations;
  return Array.isArray(declared) ? (declared[0] as Body | null | undefined)?.['name'] : undefined;
}
