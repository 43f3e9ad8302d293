// An answer, or a rejection when there is none in time. What was asked may still be done then.

const lateQueue = () => new Error('the queue did not answer in time');

export async function inTime<T>(answer: Promise<T>, patienceMs: number, whyLate: () => Error = lateQueue): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const giveUp = () => reject(whyLate());
  // On a busy machine the answer may be here already, and only not read yet: it is read before the second of these.
  const timer = setTimeout(() => setImmediate(() => setImmediate(giveUp)), patienceMs);
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
