// Who may ask. Where the gateway has keys, a caller must present one of them, whoever pays upstream: in `x-weir-key`, or,
// where the gateway pays, in the API's own credential header, which then is free for it.
import { hash, timingSafeEqual } from 'node:crypto';
import type { Dialect } from '../dialects/dialect.ts';
import { WeirError } from '../errors.ts';
import { KEY_HEADER, type Presented } from './presented.ts';

/** Where a request goes, and how its API says a credential. */
interface Destination {
  /** The gateway's own, with which it pays. */
  readonly apiKey?: string | undefined;
  readonly dialect: Dialect;
}

export interface Admission {
  /** False where there are no keys: then everybody is admitted. */
  readonly demandsKeys: boolean;
  /** Whether this is one of the gateway's own keys. */
  isGatewayKey(text: string | null): boolean;
  /** Throws unless the caller presents a key where it counts. */
  admit(presented: Presented, destination: Destination): void;
}

export function createAdmission(keys: readonly string[]): Admission {
  const digests = keys.map(digest);

  function isGatewayKey(text: string | null): boolean {
    if (digests.length === 0 || text === null) return false;
    const presented = digest(text);
    // Compare with every key, and digests of equal length, so that timing does not reveal which one matched.
    return digests.reduce((found, known) => timingSafeEqual(presented, known) || found, false);
  }

  function admit({ weirKey, credential }: Presented, destination: Destination): void {
    if (digests.length === 0) return;
    const key = weirKey ?? (destination.apiKey === undefined ? null : credential);
    if (!isGatewayKey(key))
      throw new WeirError('invalid_api_key', { detail: weirKey === null ? wanted(destination) : WRONG });
  }

  return { demandsKeys: digests.length > 0, isGatewayKey, admit };
}

const WRONG = `The key in \`${KEY_HEADER}\` is none of this gateway's own keys. Where this header is given, it alone counts.`;

function wanted({ apiKey, dialect }: Destination): string {
  const [header] = Object.keys(dialect.credentials(''));
  const place =
    apiKey === undefined
      ? `\`${KEY_HEADER}\`, beside your own credential for the provider`
      : `\`${header}\` or in \`${KEY_HEADER}\``;
  return `The API key is missing or wrong: this gateway wants one of its own keys in ${place}.`;
}

const digest = (text: string): Buffer => Buffer.from(hash('sha256', text));
