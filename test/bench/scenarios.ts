// All scenarios, in the order in which they run.
import { crowd } from './crowd.ts';
import { json } from './json.ts';
import { ledger } from './ledger.ts';
import type { Scenario } from './scenario.ts';
import { burst, flood, paced } from './streams.ts';
import { unhappy } from './unhappy.ts';

export const SCENARIOS: readonly Scenario[] = [paced, burst, flood, json, crowd, unhappy, ledger];
