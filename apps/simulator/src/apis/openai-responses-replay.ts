// Remembers the last responses, and says them again for `GET /v1/responses/{id}`: whole, or as the events that come after
// `starting_after`. What broke was the connection, so a replay comes at once and well, unless the answer itself failed.
import { createRing } from '../ring.ts';
import type { Script } from '../script.ts';
import { type Answer, type Api, type Asking, type Question, Refused, type Take } from './api.ts';
import { bad } from './asking.ts';
import { openaiResponses } from './openai-responses.ts';

interface Remembered {
  /** As it was asked. */
  readonly model: string;
  readonly question: Question;
  readonly take: Take;
}

const FAILURES: readonly string[] = ['error', 'error-event', 'failed'] satisfies Script['end'][];

/** The API with a memory, and the API of that memory. */
export function rememberedResponses(capacity: number): { asked: Api; replayed: Api } {
  const ring = createRing<Remembered>(capacity);
  const read = (asking: Asking): Question => {
    const question = openaiResponses.read(asking);
    const model = openaiResponses.target(asking).model ?? '';
    return (take) => {
      if (take.script.status === undefined) ring.keep(take.id, { model, question, take });
      return question(take);
    };
  };
  return { asked: { ...openaiResponses, read }, replayed: replayOf((asking) => ring.get(idIn(asking))) };
}

function replayOf(remembered: (asking: Asking) => Remembered | undefined): Api {
  return {
    ...openaiResponses,
    idPrefix: 'replay_sim-',
    streamedBy: '?stream=true',
    target: (asking) => {
      const streamed = asking.query.get('stream') === 'true';
      const known = remembered(asking);
      return { model: known === undefined ? null : hurried(known, streamed), streamed };
    },
    read: (asking) => {
      const known = remembered(asking);
      if (known === undefined) throw notFound(asking);
      const after = startIn(asking);
      return ({ script }) => laterThan(after, known.question({ ...known.take, script }));
    },
  };
}

function idIn({ path }: Asking): string {
  return path.split('/').at(-1) ?? '';
}

function notFound(asking: Asking): Refused {
  return new Refused({ status: 404, message: `Response with id '${idIn(asking)}' not found.` });
}

/** The last number that the caller has. */
function startIn({ query }: Asking): number {
  const after = query.get('starting_after') ?? '-1';
  if (!/^(-1|\d+)$/.test(after)) throw bad('starting_after must be a sequence number', 'starting_after');
  return Number(after);
}

/** The script that was asked, with other words for its pace and its end: the last word counts. */
function hurried({ model, take }: Remembered, streamed: boolean): string {
  const failure = streamed ? take.script.end : 'failed';
  const end = FAILURES.includes(take.script.end) ? failure : 'done';
  const separator = model.startsWith('sim:') || model.includes(';') ? ',' : ';';
  return `${model}${separator}headers=0,first=0,every=0,end=${end}`;
}

/** Events are numbered from 0 in the order in which they are said. */
function laterThan(after: number, answer: Answer): Answer {
  let sequence = 0;
  const later = (frames: readonly string[] = []) => frames.filter(() => sequence++ > after);
  return {
    opening: () => later(answer.opening()),
    token: (at) => later(answer.token(at)),
    huge: (bytes) => later(answer.huge(bytes)),
    finish: () => later(answer.finish()),
    usage: () => later(answer.usage()),
    done: () => later(answer.done()),
    error: () => later(answer.error()),
    errorEvent: () => later(answer.errorEvent?.()),
    failed: () => later(answer.failed?.()),
    body: () => answer.body(),
    failedBody: () => answer.failedBody?.() ?? answer.body(),
  };
}
