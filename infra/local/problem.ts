// Something that whoever started this can put right: it is shown as it is written, without a stack.
export class Problem extends Error {
  readonly exitCode: number;

  constructor(lines: readonly string[], exitCode = 1) {
    super(lines.join('\n'));
    this.name = 'Problem';
    this.exitCode = exitCode;
  }
}

/** The last resort of an entry: says what went wrong, and lets the process end with that. */
export function report(error: unknown): void {
  process.stderr.write(`${speaksForItself(error) ? error.message : stackOf(error)}\n`);
  process.exitCode = error instanceof Problem ? error.exitCode : 1;
}

/** So does what the system refuses: "EACCES: permission denied, mkdir '.weir'". */
function speaksForItself(error: unknown): error is Error {
  return error instanceof Problem || (error instanceof Error && 'syscall' in error);
}

const stackOf = (error: unknown) => (error instanceof Error ? error.stack : String(error));
