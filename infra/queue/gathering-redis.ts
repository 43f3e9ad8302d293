// A Redis connection that writes once for all that one event leads to: its commands share one system call, and often one
// packet.
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
    const uncork = () => {
      this.#corked = false;
      stream.uncork();
    };
    queueMicrotask(() => process.nextTick(uncork)); // after every promise that can go on by itself
  }
}
