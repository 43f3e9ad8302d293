// Keeps a client's library at home: whatever it wants to connect to that is not this machine is refused, and noted.
import net from 'node:net';

export interface Leash {
  /** The hosts that were wanted. */
  readonly strangers: readonly string[];
  release(): void;
}

const HERE = [undefined, 'localhost', '127.0.0.1', '::1'];

export function keepOnLoopback(): Leash {
  const strangers: string[] = [];
  const { connect } = net.Socket.prototype;
  net.Socket.prototype.connect = function connectHere(this: net.Socket, ...wanted: unknown[]) {
    const host = hostIn(wanted);
    if (HERE.includes(host)) return Reflect.apply(connect, this, wanted);
    strangers.push(host as string);
    // Later, as it would be: who has just begun to connect expects a socket that is whole.
    setImmediate(() => this.destroy(new Error(`${host} is not this machine`)));
    return this;
  };
  const release = () => {
    net.Socket.prototype.connect = connect;
  };
  return { strangers, release };
}

/** Arguments come as options, or as Node's own list of options and callback. */
function hostIn([first]: readonly unknown[]): string | undefined {
  const options: unknown = Array.isArray(first) ? first[0] : first;
  return (options as { host?: string } | null)?.host ?? undefined;
}
