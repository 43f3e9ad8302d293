// All scenarios, in the order in which they run.
import { cores } from './cores.ts';
import { crowd } from './crowd.ts';
import { growth } from './growth.ts';
import { json } from './json.ts';
import { ledger } from './ledger.ts';
import type { Scenario } from './scenario.ts';
import { alone, burst, flood, paced } from './streams.ts';
import { unhappy } from './unhappy.ts';

export const SCENARIOS: readonly Scenario[] = [paced, burst, flood, alone, json, growth, cores, crowd, unhappy, ledger];
