// Whether a request's `Host` is a name of this listener. A page whose own name is made to point here (DNS rebinding) is, to
// its browser, of one origin with the gateway; but its name stands in `Host`. An address cannot be made to point elsewhere.
import { isIP } from 'node:net';

export function hostNames(own: readonly string[]): (host: string) => boolean {
  const names = new Set(['localhost', ...own].map(plain));
  return (host) => {
    const name = plain(withoutPort(host));
    return names.has(name) || isIP(name) !== 0;
  };
}

const withoutPort = (host: string): string => host.replace(/:\d*$/, '');

const plain = (name: string): string =>
  name
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
