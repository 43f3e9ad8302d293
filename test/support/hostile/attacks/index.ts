// All attacks that there are.
import type { Attack } from '../attack.ts';
import { drainStorm, pipelining, stalledClients } from './bad-clients.ts';
import { malformed, smuggling } from './bad-heads.ts';
import { absurdUsage, badProviders, growingFrames } from './bad-providers.ts';
import { costlyAnswers, costlyRequests } from './costly-json.ts';
import { otherKeys } from './other-keys.ts';
import { packedBombs } from './packed-bombs.ts';
import { heldBodies, slowBodies, slowHeads } from './slow-senders.ts';
import { tinyChunks } from './tiny-chunks.ts';

export const ATTACKS: readonly Attack[] = [
  tinyChunks,
  packedBombs,
  costlyRequests,
  costlyAnswers,
  otherKeys,
  slowHeads,
  slowBodies,
  heldBodies,
  smuggling,
  malformed,
  absurdUsage,
  badProviders,
  growingFrames,
  stalledClients,
  drainStorm,
  pipelining,
];
