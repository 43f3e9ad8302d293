// What becomes of a call that is not metered: it passes because it costs nothing, it passes and leaves a row, or it is
// refused. PASS_THROUGH says which, and the file in WEIR_CONFIG may list calls one by one.
import { isAt } from '../dialects/endpoint.ts';
import { ENDPOINTS } from '../dialects/endpoints.ts';
import { safeClassOf } from '../dialects/safe-calls.ts';

export const PASS_THROUGH = ['safe', 'all', 'none'] as const;

export interface PassThrough {
  readonly mode: (typeof PASS_THROUGH)[number];
  /** `METHOD /path/glob`. */
  readonly listed: readonly string[];
}

interface Call {
  readonly method: string;
  /** Without its query. */
  readonly path: string;
}

export type Passage = 'free' | 'recorded' | 'refused';

export type PassRules = (call: Call) => Passage;

/** Safe calls pass without a row wherever they pass at all. */
export function createPassRules({ mode, listed }: PassThrough): PassRules {
  const rules = listed.map(ruleOf);
  return function passageOf(call) {
    const isSafe = safeClassOf(call) !== null;
    const passes = mode === 'all' || (mode === 'safe' && isSafe) || rules.some((matches) => matches(call));
    if (!passes) return 'refused';
    return isSafe ? 'free' : 'recorded';
  };
}

const RULE = /^([A-Z]+|\*) (\/(?:v1|v1beta|v1beta1|openai)\/[\w.~!$&'()*+,=:@/-]+)$/;

// Such a path gets 404 whatever is listed.
const REFUSED = /\/$|\/\/|\/\.{1,2}(?:\/|$)/;

/** What is wrong with a rule, as it is told at start; null: nothing. */
export function flawOf(rule: string): string | null {
  const [, , path = null] = RULE.exec(rule) ?? [];
  if (path === null) {
    return 'must be a method and a path below /v1, /v1beta, /v1beta1 or /openai, as in `GET /v1/files/*`';
  }
  if (REFUSED.test(path))
    return 'never passes: a path with an empty segment, `.` or `..`, or a slash at its end gets 404';
  if (isMetered(path)) return 'names a metered call, which needs no rule: it is relayed, and leaves a row, in any case';
  return null;
}

/** With any method: another one than the call's own gets 405. */
const isMetered = (path: string): boolean =>
  ENDPOINTS.some((endpoint) => endpoint.query === undefined && isAt(endpoint, path));

function ruleOf(rule: string): (call: Call) => boolean {
  const [, method, glob = ''] = RULE.exec(rule) ?? [];
  const source = glob.replace(/[\\^$.|+()[\]{}?]/g, '\\$&').replaceAll('*', '.*');
  const pattern = new RegExp(`^${source}$`);
  return (call) => (method === '*' || method === call.method) && pattern.test(call.path);
}
