// The child's side of a program of the bench: it says where it serves, does what it is told over IPC, one thing at a
// time, and ends with its parent.
import type { AddressInfo, Server } from 'node:net';

// biome-ignore lint/suspicious/noExplicitAny: each order knows what it is told
type Orders = Readonly<Record<string, (what: any) => Promise<unknown>>>;

export interface Told {
  readonly order: string;
  readonly what?: unknown;
}

export type Said = { readonly done: unknown } | { readonly failed: string };

export function obey(orders: Orders): void {
  process.on('disconnect', () => process.exit());
  process.on('message', ({ order, what }: Told) => {
    const say = (said: Said) => void process.send?.(said);
    const doing = orders[order]?.(what) ?? Promise.reject(new Error(`no such order: ${order}`));
    doing.then(
      (done) => say({ done }),
      (error: Error) => say({ failed: error.message }),
    );
  });
}

/** On a free port; says so when it listens. */
export function serve(server: Server): void {
  server.listen(0, '127.0.0.1', 4096, () => {
    process.send?.({ ready: true, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  });
}
