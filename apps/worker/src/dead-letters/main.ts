// `npm run dead-letters`: lists the completions that could not be written, each with its reason, or puts them back for a
// worker that may now be able to. Shows ids, times and reasons; never what is in a record.
import { parseArgs } from 'node:util';
import { type CompletionQueue, openQueue } from '@weir/infra/queue';
import {
  type DeadLetter,
  findDeadLetter,
  listDeadLetters,
  retryDeadLetter,
  retryDeadLetters,
} from '@weir/infra/queue/dead-letters';
import { waitAtMost } from '@weir/infra/time';
import { loadQueueLocation } from '../config.ts';

const HELP = `npm run dead-letters -- [options]: completions that could not be written, and why

  --retry    put them back into the queue: a worker that was repaired may now write them;
             those whose data is no JSON stay
  --id ID    only this one
  --json     one JSON object a line, and nothing else

The queue is found by REDIS_URL, or DATABASE_URL where there is no Redis, and QUEUE_PREFIX.
`;
const ANSWER_WITHIN_MS = 5000;
const COLUMNS = ['id'.padEnd(36), 'failed at'.padEnd(24), 'attempts', 'reason'].join('  ');

const wanted = readArguments();
process.stdout.on('error', () => process.exit()); // whoever read has gone, as `| head` does
const queue = openQueue(loadQueueLocation());
try {
  await answers(queue);
  process.exitCode = wanted.retry ? await retry(queue) : await list(queue);
  await queue.close();
} catch (error) {
  const { message, code } = error as NodeJS.ErrnoException;
  process.stderr.write(`the queue does not answer: ${message || code}\n`);
  process.exit(1);
}

function readArguments(): { json: boolean; retry: boolean; id: string | undefined } {
  const flag = { type: 'boolean', default: false } as const;
  const options = { json: flag, retry: flag, help: { ...flag, short: 'h' }, id: { type: 'string' } } as const;
  try {
    const { values } = parseArgs({ options, strict: true });
    if (!values.help) return { json: values.json, retry: values.retry, id: values.id };
    process.stdout.write(HELP);
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${HELP}`);
    process.exit(2);
  }
}

/** Redis is waited for without end by all else here; a command says so instead. */
async function answers(queue: CompletionQueue): Promise<void> {
  let last: unknown = new Error(`no answer in ${ANSWER_WITHIN_MS} ms`);
  queue.on('error', (error) => {
    last = error;
  });
  if (!(await waitAtMost(ANSWER_WITHIN_MS, queue.waitUntilReady()))) throw last;
}

async function list(queue: CompletionQueue): Promise<number> {
  let count = 0;
  for await (const letter of wantedOf(queue)) {
    if (count === 0 && !wanted.json) print(COLUMNS);
    print(wanted.json ? JSON.stringify(letter) : rowOf(letter));
    count += 1;
  }
  return report(count, '');
}

async function* wantedOf(queue: CompletionQueue): AsyncGenerator<DeadLetter> {
  if (wanted.id === undefined) return yield* listDeadLetters(queue);
  const letter = await findDeadLetter(queue, wanted.id);
  if (letter !== undefined) yield letter;
}

async function retry(queue: CompletionQueue): Promise<number> {
  const { id } = wanted;
  const retried = id === undefined ? await retryDeadLetters(queue) : await retryDeadLetter(queue, id);
  const { putBack, hopeless } = retried ?? { putBack: 0, hopeless: 0 };
  if (hopeless > 0) process.stderr.write(`${hopeless} cannot be put back: their data is no JSON\n`);
  if (hopeless > 0 && id !== undefined) return 1;
  return report(putBack, ' put back');
}

/** None is a fine answer to "which are there?", and a failure where one was named. */
function report(count: number, done: string): number {
  const missing = wanted.id !== undefined && count === 0;
  const sum = `${count === 0 ? 'no' : count} dead letter${count === 1 ? '' : 's'}${done}`;
  if (missing) process.stderr.write(`${wanted.id} is not a dead letter\n`);
  else if (wanted.json && wanted.retry) print(JSON.stringify({ retried: count }));
  else if (!wanted.json) print(sum);
  return missing ? 1 : 0;
}

function rowOf({ id, failedAt, attempts, reason }: DeadLetter): string {
  return [id.padEnd(36), failedAt.padEnd(24), String(attempts).padStart(8), reason].join('  ');
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
