// One response on its socket: writes in pieces, waits for a slow reader, notices a client that leaves, and ends the
// connection in every way there is. Nothing here rejects: once the client is gone, waiting is over and writing is void.
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { setImmediate as macrotask } from 'node:timers/promises';
import type { Close } from './endings.ts';

const MAX_TIMER_MS = 2_147_483_647;

export class Wire {
  /** No byte can be written any more: the response was closed, by either side. */
  gone = false;
  /** The client closed before it had the end. */
  left = false;
  readonly #response: ServerResponse;
  readonly #tally: { sentBytes: number };
  #closedHere = false;
  #wake = () => {};

  constructor(response: ServerResponse, tally: { sentBytes: number }) {
    this.#response = response;
    this.#tally = tally;
    response.on('error', () => {}); // a write that crosses the client's departure; `close` tells the same
    response.once('close', () => this.#onClose());
  }

  open(status: number, headers: OutgoingHttpHeaders): void {
    if (!this.gone) this.#response.writeHead(status, headers).flushHeaders();
  }

  /** Resolves when the socket takes more. With `piece`, every so many bytes are a write and a packet of their own. */
  async write(bytes: Buffer, piece = bytes.length): Promise<void> {
    for (let at = 0; at < bytes.length && !this.gone; at += piece) {
      const part = bytes.subarray(at, at + piece);
      this.#tally.sentBytes += part.length;
      if (!this.#response.write(part)) await this.#until((wake) => this.#response.once('drain', wake));
      else if (piece < bytes.length) await macrotask();
    }
  }

  async sleep(ms: number): Promise<void> {
    if (ms <= 0) return;
    let timer: NodeJS.Timeout | undefined;
    await this.#until((wake) => {
      timer = setTimeout(wake, Math.min(ms, MAX_TIMER_MS));
    });
    clearTimeout(timer);
  }

  /** Ends the response that way, and resolves when it is over; with `hold` that is when the client leaves. */
  async close(how: Close): Promise<void> {
    if (how === 'end') this.#response.end();
    else if (how !== 'hold') await this.#break(how);
    await this.#until(() => {});
  }

  async #break(how: 'cut' | 'reset'): Promise<void> {
    const { socket } = this.#response;
    if (socket === null || this.gone) return;
    await this.#until((wake) => socket.write('', wake)); // what was written before is in the kernel's hands now
    this.#closedHere = !this.gone;
    if (how === 'reset') socket.resetAndDestroy();
    else socket.destroy();
  }

  async #until(arm: (wake: () => void) => void): Promise<void> {
    if (this.gone) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      arm(resolve);
    });
  }

  #onClose(): void {
    this.gone = true;
    this.left = !this.#closedHere && !this.#response.writableFinished;
    this.#wake();
  }
}
