// A Redis connection that writes once in a turn of the event loop: what many requests ask of it in the meantime shares one
// system call, and often one packet.
import { Redis } from 'ioredis';

export class GatheringRedis extends Redis {
  #corked = false;

  override sendCommand(...[command, stream]: Parameters<Redis['sendCommand']>): unknown {
    this.#cork();
    return super.sendCommand(command, stream);
  }

  #cork(): void {
    const { stream } = this; // another one after each reconnect
    if (this.#corked || stream === undefined) return;
    this.#corked = true;
    stream.cork();
    setImmediate(() => {
      this.#corked = false;
      stream.uncork();
    });
  }
}
