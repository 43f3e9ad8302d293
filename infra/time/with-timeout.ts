// A promise that is waited for no longer than so long. What was asked may still be done after that.

/** Rejects with what `late` makes when there is no answer in time. */
export async function withTimeout<T>(answer: Promise<T>, timeoutMs: number, late: () => Error): Promise<T> {
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  const giveUp = () => reject(late());
  // On a busy machine the answer may be here already, and only not read yet: it is read before the second of these.
  const timer = setTimeout(() => setImmediate(() => setImmediate(giveUp)), timeoutMs);
  return Promise.race([answer, timeout]).finally(() => clearTimeout(timer));
}

/** Whether it came in time. */
export async function waitAtMost(timeoutMs: number, done: Promise<unknown>): Promise<boolean> {
  const { promise: timeout, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(resolve, timeoutMs, false);
  return Promise.race([done.then(() => true), timeout]).finally(() => clearTimeout(timer));
}
