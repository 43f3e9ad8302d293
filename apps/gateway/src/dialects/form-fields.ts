// What is read of a multipart form: the values of two of its parts, as they were written.

export interface Form {
  readonly model?: string;
  readonly stream?: string;
}

/** As servers read it, some more freely than others. */
export const asksForStream = ({ stream = '' }: Form): boolean => /^(?:true|1|on|yes)$/i.test(stream);
