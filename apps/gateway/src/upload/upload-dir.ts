// Where uploads wait on disk whose provider is not known yet. A file has a name only until it is open: whatever becomes of
// this process, nothing of it stays. All together have a limit.
import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { WeirError } from '../errors.ts';

const READ_BYTES = 65_536;
const OWNER_ONLY = 0o600;

export interface ParkedFile {
  /** Rejects where there is no room for it. */
  write(piece: Buffer): Promise<void>;
  /** All that was written. */
  read(): AsyncGenerator<Buffer, void, void>;
  close(): Promise<void>;
}

export class UploadDir {
  readonly #path: string;
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(path: string, maxBytes: number) {
    this.#path = path;
    this.#maxBytes = maxBytes;
  }

  /** What waits in it. */
  get bytes(): number {
    return this.#bytes;
  }

  async park(): Promise<ParkedFile> {
    const file = await this.#open();
    let [length, isOver] = [0, false];
    return {
      write: async (piece) => {
        if (this.#bytes + piece.length > this.#maxBytes) throw noRoom('UPLOAD_DIR holds as much as it may.');
        this.#bytes += piece.length;
        length += piece.length;
        await file.writeFile(piece).catch((cause) => Promise.reject(noRoom('UPLOAD_DIR takes no more.', cause)));
      },
      read: () => readAll(file, length),
      close: async () => {
        if (isOver) return;
        isOver = true;
        this.#bytes -= length;
        await file.close();
      },
    };
  }

  async #open(): Promise<FileHandle> {
    const path = join(this.#path, randomUUID());
    try {
      await mkdir(this.#path, { recursive: true });
      const file = await open(path, 'wx+', OWNER_ONLY);
      await unlink(path);
      return file;
    } catch (cause) {
      throw noRoom('UPLOAD_DIR cannot be written.', cause);
    }
  }
}

async function* readAll(file: FileHandle, length: number): AsyncGenerator<Buffer, void, void> {
  for (let at = 0; at < length; ) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(READ_BYTES), 0, READ_BYTES, at);
    if (bytesRead === 0) throw noRoom('UPLOAD_DIR lost what it held.');
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

const noRoom = (detail: string, cause?: unknown): WeirError => new WeirError('too_many_bodies', { detail, cause });
