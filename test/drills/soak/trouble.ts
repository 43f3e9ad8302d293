// A request whose provider gets into trouble, in all the ways that it can: what its row has to say then, and what became
// of it.
import { askRaw } from '../../support/raw-http.ts';

/** The simulator's script, and the reason in the row. */
const TROUBLES = {
  'end=error': 'upstream_error',
  'end=error-200': 'upstream_error',
  'end=reset': 'upstream_reset',
  'end=hangup': 'upstream_reset',
  'end=cut': 'stream_incomplete',
  'end=no-finish': 'stream_incomplete',
  'end=garbage': 'upstream_protocol',
  'status=429': 'upstream_status',
  'status=503': 'upstream_status',
  'usage=never': 'usage_missing',
} as const;

export type Script = keyof typeof TROUBLES;

export const SCRIPTS = Object.keys(TROUBLES) as Script[];

export interface Troubled {
  /** Its x-request-id. */
  readonly id: string;
  readonly url: string;
  readonly reason: string;
  readonly ms: number;
}

export async function getIntoTrouble({
  id,
  url,
  script,
}: {
  id: string;
  url: string;
  script: Script;
}): Promise<Troubled> {
  const begun = performance.now();
  const model = `gpt-4o;tokens=5,every=10,${script}`;
  const body = { model, stream: true, messages: [{ role: 'user', content: 'How deep is it?' }] };
  await askRaw({ url: new URL('/v1/chat/completions', url), body, headers: `x-request-id: ${id}\r\n` });
  return { id, url, reason: TROUBLES[script], ms: performance.now() - begun };
}
