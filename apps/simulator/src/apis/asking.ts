// What requests of several APIs have in common: the model and the stream in the body, and a prompt of some length that is
// not kept.
import { type Asking, type Body, Refused, type Target } from './api.ts';

export const TOLD_TO_FAIL = 'The simulator was told to fail here.';

export function targetInBody({ body }: Pick<Asking, 'body'>): Target {
  const { model, stream } = body;
  return { model: typeof model === 'string' ? model : null, streamed: stream === true };
}

export function bad(message: string, param: string): Refused {
  return new Refused({ status: 400, message, param });
}

/** In characters of JSON. */
export function promptLengthOf(body: Body, members: readonly string[]): number {
  return members.reduce((total, member) => total + (JSON.stringify(body[member])?.length ?? 0), 0);
}

/** The request as it may be kept. */
export function withoutPrompt(body: Body, members: readonly string[]): Record<string, unknown> {
  const rest = Object.fromEntries(Object.entries(body).filter(([name]) => !members.includes(name)));
  const counted = body[members[0] ?? ''];
  const alone = counted === undefined ? 0 : 1;
  return { ...rest, messageCount: Array.isArray(counted) ? counted.length : alone };
}

/** The name of the first tool, found where the API has it. */
export function toolIn(tools: unknown, nameOf: (tool: Body) => unknown): string {
  const first: unknown = Array.isArray(tools) ? tools[0] : undefined;
  const name = typeof first === 'object' && first !== null ? nameOf(first as Body) : undefined;
  return typeof name === 'string' ? name : 'measure';
}
