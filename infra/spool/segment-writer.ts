// One segment file while it is written: what `write` resolved for is on the disk, under this file's name. What it
// rejected is cut off again, so that nothing torn stands before what follows.
import type { Buffer } from 'node:buffer';
import { access, type FileHandle, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncDirectory } from './durable-directory.ts';

/**
 * Usable at first, and after a write for which there was no room: there may be some later. Not usable any more once a
 * sync failed (the kernel forgets which pages it could not write, so that the next sync says nothing of them), once the
 * file is as large as a file may be, or when it is gone from its place: then it is only good to be closed.
 */
export class SegmentWriter {
  readonly path: string;
  readonly #handle: FileHandle;
  #bytes = 0;
  #isUsable = true;

  /** Its name is on the disk when it resolves. */
  static async create(path: string): Promise<SegmentWriter> {
    const handle = await open(path, 'ax');
    const writer = new SegmentWriter(path, handle);
    try {
      await syncDirectory(dirname(path));
      return writer;
    } catch (error) {
      await writer.close();
      throw error;
    }
  }

  private constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get isUsable(): boolean {
    return this.#isUsable;
  }

  async write(bytes: Buffer): Promise<void> {
    try {
      await this.#handle.appendFile(bytes);
      await this.#handle.datasync();
      await access(this.path); // what was written to a file that somebody removed meanwhile is nowhere
    } catch (error) {
      const { syscall, code } = error as NodeJS.ErrnoException;
      this.#isUsable = syscall === 'write' && code !== 'EFBIG';
      await this.#cutBack();
      throw error;
    }
    this.#bytes += bytes.length;
  }

  /** One that nothing was written to goes. */
  async close(): Promise<void> {
    await this.#handle.close().catch(() => undefined); // all that counts was synced before
    if (this.#bytes === 0) await rm(this.path, { force: true }).catch(() => undefined);
  }

  async #cutBack(): Promise<void> {
    await this.#handle.truncate(this.#bytes).catch(() => {
      this.#isUsable = false;
    });
  }
}
