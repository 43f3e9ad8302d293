// The one way to the client: its head, what the provider says, and the end go through here, in this order. What is put in is
// taken out as fast as the client reads; whoever puts waits when it is full.
import type { ServerResponse } from 'node:http';
import { Channel, type ChannelLimits, type Chunk } from './channel.ts';
import { Client, type ClientOptions, type Delivered } from './client.ts';

type Headers = Readonly<Record<string, string | readonly string[]>>;

export interface OutletOptions extends ClientOptions {
  readonly channelLimits: ChannelLimits;
}

export class Outlet {
  readonly #channel: Channel;
  readonly #client: Client;

  constructor(res: ServerResponse, options: OutletOptions) {
    this.#channel = new Channel(options.channelLimits);
    this.#client = new Client(res, options);
  }

  /** The client has left. */
  get gone(): boolean {
    return this.#client.gone;
  }

  /** Nothing that was put in is still to be taken out. */
  get isEmpty(): boolean {
    return this.#channel.isEmpty;
  }

  /** The status that the client was sent; null while it waits. */
  get sentStatus(): number | null {
    return this.#client.sentStatus;
  }

  get delivered(): Delivered {
    return this.#client.delivered;
  }

  /** Resolves when nothing of this answer is left to be sent, or nobody is left to take it. */
  get done(): Promise<void> {
    return this.#client.done;
  }

  /** `keepAlive` is said wherever nothing else was for long; null: there is nothing that could be said. */
  begin(status: number, headers: Headers, keepAlive: string | null): void {
    this.#client.begin(status, headers);
    this.#client.keepAlive(keepAlive);
  }

  /** Undefined where there is room for more; else it resolves when there is. */
  put(parcel: Chunk): Promise<void> | undefined {
    return this.#channel.put(parcel);
  }

  /** Until all that was put in is out, and the client is known to be there for the end, or to be gone. */
  deliver(): Promise<void> {
    return this.#client.deliver(this.#channel);
  }

  /** Nothing more is put in. */
  close(): void {
    this.#channel.close();
  }

  /** What is in it is not wanted any more. */
  abandon(): void {
    this.#channel.abandon();
  }

  /** Hands over the end: from here on the client may go. */
  end(last: Buffer): void {
    this.#client.finish(last);
  }

  /** There is nothing true left that the client could be told: its connection breaks. */
  destroy(): void {
    this.#client.destroy();
  }

  /** The gateway cannot wait for the client any longer. */
  stopWaiting(): void {
    this.#client.stopWaiting();
  }
}
