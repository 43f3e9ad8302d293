// What is, and what stands for, a request's id.

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;

export const isRequestId = (text: string): boolean => UUID.exec(text)?.[0] === text;

/** A second job for one request bears its id and a word more, as in `<id>-lost`. */
export const requestIdOf = (jobId: string): string => UUID.exec(jobId)?.[0] ?? jobId;

/** Of a record of whatever release: where it says none, `unknown` stands for it, and is found nowhere else. */
export function idIn(record: unknown): string {
  const { id } = (record ?? {}) as { id?: unknown };
  return typeof id === 'string' && isRequestId(id) ? id : 'unknown';
}
