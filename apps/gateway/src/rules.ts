// What the operator may change while the gateway runs: which upstreams there are, and whose keys count. It is replaced as a
// whole. A request is treated by what was current when its body had come, and ends so, however long that takes.
import { type Admission, createAdmission } from './admission/admission.ts';
import { createDirectory, type Directory } from './routing/directory.ts';
import type { Configured } from './settings/configured.ts';
import type { Upstream, UpstreamSettings } from './upstream/upstream.ts';

export interface Rules {
  readonly directory: Directory;
  readonly admission: Admission;
}

export interface ReplaceableRules {
  current(): Rules;
  /** From the next request on. Connections that nobody asks for any more end with their last stream. */
  replace(configured: Configured): void;
}

/** An upstream that is the same as a known one goes on with its connections. */
type Connect = (settings: UpstreamSettings, known: readonly Upstream[]) => Upstream;

export function createRules(configured: Configured, connect: Connect): ReplaceableRules {
  let rules = rulesOf(configured, (settings) => connect(settings, []));
  return {
    current: () => rules,
    replace(next) {
      const { upstreams: old } = rules.directory;
      rules = rulesOf(next, (settings) => connect(settings, old));
      const kept = new Set(rules.directory.upstreams.map(({ connections }) => connections));
      for (const { connections } of old) if (!kept.has(connections)) void connections.giveUp();
    },
  };
}

function rulesOf({ routing, keys }: Configured, connect: (settings: UpstreamSettings) => Upstream): Rules {
  return {
    directory: createDirectory(routing.upstreams.map(connect), routing),
    admission: createAdmission(keys.map(({ key }) => key)),
  };
}
