// A job that can be made of whatever stands in Redis. BullMQ throws where a job's data is no JSON: the job would stay
// active for good, and no list that it is in could be read.
import { Job, type JobProgress } from 'bullmq';

/** Stands for the data of such a job. What it really is stays in Redis. */
export const NOT_JSON = Symbol('no JSON');

type FromJson = typeof Job.fromJSON;

/** As generic as the one that it stands for. */
export class SoundJob<D, R, N extends string, P extends JobProgress> extends Job<D, R, N, P> {
  static override fromJSON: FromJson = (queue, json, jobId) => {
    try {
      return Job.fromJSON(queue, json, jobId);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      const job = Job.fromJSON(queue, { ...json, data: '{}' }, jobId);
      job.data = NOT_JSON as never;
      return job as never;
    }
  };
}
