// `npm run verify`: looks twice, and says what is missing; with --wait, as often as it takes. It only reads, and prints
// ids and counts, never what is in a record.
import { readArguments } from './arguments.ts';
import { jsonOf, linesOf } from './report.ts';
import { Away, takeSnapshot } from './take-snapshot.ts';
import { isComplete } from './verdict.ts';
import { watch } from './watch.ts';

const { ids: named, waitMs, json, ...where } = readArguments();
process.stdout.on('error', () => process.exit()); // whoever read has gone, as `| head` does
const say = (line: string) => void process.stderr.write(`verify: ${line}\n`);

try {
  const report = await watch({ take: (due) => takeSnapshot(where, due), named, waitMs, say });
  const lines = json ? [JSON.stringify(jsonOf(report))] : linesOf(report);
  for (const line of lines) process.stdout.write(`${line}\n`);
  process.exitCode = isComplete(report.verdict) && report.late.length === 0 ? 0 : 1;
} catch (error) {
  if (!(error instanceof Away)) throw error;
  say(error.message);
  process.exitCode = 2; // 1 says that something is missing, and nobody could look
}
