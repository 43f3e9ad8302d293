// Counts the records in this worker's inProgress, and tells when one of them is settled: a row, or a dead letter.
import { RecordRefused } from '@weir/infra/consume';

type Handle = (record: unknown, id: string) => Promise<void>;

export interface InProgress {
  readonly handle: Handle;
  readonly count: number;
}

export function createInProgress(handle: Handle, settled: () => void): InProgress {
  let count = 0;
  const counted: Handle = async (record, id) => {
    count += 1;
    try {
      await handle(record, id);
      settled();
    } catch (error) {
      if (error instanceof RecordRefused) settled();
      throw error;
    } finally {
      count -= 1;
    }
  };
  return {
    handle: counted,
    get count() {
      return count;
    },
  };
}
