// What the operator may change while the gateway runs: which upstreams there are, and whose keys count. It is replaced as a
// whole. A request is treated by what was current when its body had come, and ends so, however long that takes.
import { type Admission, createAdmission } from './admission/admission.ts';
import { createDirectory, type Directory } from './routing/directory.ts';
import { createPassRules, type PassRules, type PassThrough } from './routing/pass-rules.ts';
import type { Configured } from './settings/configured.ts';
import type { Upstream, UpstreamSettings } from './upstream/upstream.ts';

export interface Rules {
  readonly directory: Directory;
  readonly admission: Admission;
  readonly passageOf: PassRules;
}

export interface ReplaceableRules {
  current(): Rules;
  /** From the next request on. Connections that nobody asks for any more end with their last stream. */
  replace(configured: Configured): void;
}

interface RulesDeps {
  /** What PASS_THROUGH says. */
  readonly passThrough: PassThrough['mode'];
  /** An upstream that is the same as a known one goes on with its connections. */
  connect(settings: UpstreamSettings, known: readonly Upstream[]): Upstream;
}

export function createRules(configured: Configured, deps: RulesDeps): ReplaceableRules {
  let rules = rulesOf(configured, [], deps);
  return {
    current: () => rules,
    replace(next) {
      const { upstreams: old } = rules.directory;
      rules = rulesOf(next, old, deps);
      const kept = new Set(rules.directory.upstreams.map(({ connections }) => connections));
      for (const { connections } of old) if (!kept.has(connections)) void connections.giveUp();
    },
  };
}

function rulesOf({ routing, keys }: Configured, known: readonly Upstream[], deps: RulesDeps): Rules {
  const upstreams = routing.upstreams.map((settings) => deps.connect(settings, known));
  return {
    directory: createDirectory(upstreams, routing),
    admission: createAdmission(keys.map(({ key }) => key)),
    passageOf: createPassRules({ mode: deps.passThrough, listed: routing.passThrough }),
  };
}
