// What is said of a queue that did not answer.
export const queueLate = (): Error => new Error('the queue did not answer in time');
