// The `headers` of one upstream, as the operator wrote them → what is added to those of each request, and what is taken from
// them. What the gateway must write itself, and what carries a key, is refused by its name; no value is repeated.
import { z } from 'zod';
import { CREDENTIAL_HEADERS, type HeaderChanges, WRITTEN_ANEW } from '../upstream/headers.ts';

const NAME = /^[!#$%&'*+.^_`|~\w-]+$/;
const VALUE = /^[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?$/;
const CREDENTIALS: readonly string[] = CREDENTIAL_HEADERS;

export const upstreamHeadersSchema = z
  .record(z.string(), z.string('must be a text (a number in quotes), or null').nullable())
  .superRefine((headers, problems) => {
    const names = Object.keys(headers).map((name) => name.toLowerCase());
    for (const [name, value] of Object.entries(headers)) {
      const isTwice = names.indexOf(name.toLowerCase()) !== names.lastIndexOf(name.toLowerCase());
      const message = isTwice ? 'is named twice' : (wrongWithName(name) ?? wrongWithValue(value));
      if (message !== null) problems.addIssue({ code: 'custom', path: [name], message });
    }
  })
  .transform(changesIn);

/** A header that is null is taken from the caller's; any other takes the place of the caller's. */
function changesIn(headers: Record<string, string | null>): HeaderChanges {
  const changes = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return {
    drop: changes.filter(([, value]) => value === null).map(([name]) => name),
    add: Object.fromEntries(changes.filter((change): change is [string, string] => change[1] !== null)),
  };
}

function wrongWithName(written: string): string | null {
  const name = written.toLowerCase();
  if (!NAME.test(name)) return 'is no name of a header';
  if (CREDENTIALS.includes(name)) return 'carries a key: set api_key, and auth for how it is sent';
  if (WRITTEN_ANEW.has(name)) return 'is for the gateway to write: it says how one request is sent';
  return name.startsWith('x-weir-') ? 'is said to the gateway, and never goes upstream' : null;
}

function wrongWithValue(value: string | null): string | null {
  if (value === null || VALUE.test(value)) return null;
  return 'must be ASCII in one line, without spaces around it, or null';
}
