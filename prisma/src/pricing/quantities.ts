// A completion → all that its provider bills, by kind. The row's columns have the tokens; what they are made of, and what
// is no token, stands in the provider's own usage object, which each API writes in its own way.
import type { Completion } from '../completion.ts';
import { anthropicDetails } from './anthropic-details.ts';
import type { JsonObject } from './count-in.ts';
import type { Details, Modalities } from './details.ts';
import { geminiDetails } from './gemini-details.ts';
import { type OnlyOutput, onlyOutputOf } from './only-output.ts';
import { openAiDetails } from './openai-details.ts';

type Counted = Pick<
  Completion,
  | 'dialect'
  | 'model'
  | 'modelRequested'
  | 'usage'
  | 'units'
  | 'inputTokens'
  | 'cachedInputTokens'
  | 'cacheWriteTokens'
  | 'outputTokens'
>;

export interface Quantities extends Required<Pick<Details, 'input' | 'cached' | 'output'>> {
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly writtenTokens: number;
  readonly writtenForAnHour: number;
  readonly outputTokens: number;
  /** All that such a model puts out, where it is known to put out one thing alone. */
  readonly onlyOutput: OnlyOutput;
  /** Null where there are none. */
  readonly units: Readonly<Record<string, number>> | null;
}

/** The dialect of what is called at no API that is known. */
export const OPAQUE = 'opaque';

const UNSAID: Modalities = {};
const NO_DETAILS: Details = {};

export function quantitiesOf(row: Counted): Quantities {
  const details = row.usage === null ? NO_DETAILS : detailsOf(row.dialect, row.usage);
  const { input = UNSAID, cached = UNSAID, output = UNSAID, writtenForAnHour = 0 } = details;
  return {
    inputTokens: row.inputTokens,
    cachedTokens: Math.min(row.cachedInputTokens, row.inputTokens),
    writtenTokens: Math.min(row.cacheWriteTokens, row.inputTokens),
    writtenForAnHour: Math.min(writtenForAnHour, row.cacheWriteTokens),
    outputTokens: row.outputTokens,
    input,
    cached,
    output,
    onlyOutput: onlyOutputOf(row.model ?? row.modelRequested),
    units: unitsOf(row, details),
  };
}

function detailsOf(dialect: string, usage: JsonObject): Details {
  const api = dialect === OPAQUE ? apiOf(usage) : dialect;
  if (api.startsWith('anthropic')) return anthropicDetails(usage);
  return api.startsWith('gemini') ? geminiDetails(usage) : openAiDetails(usage);
}

/** Whose words these are, where nobody knows which API was called. */
function apiOf(usage: JsonObject): string {
  if (ANTHROPICS.some((name) => Object.hasOwn(usage, name))) return 'anthropic';
  return GOOGLES.some((name) => Object.hasOwn(usage, name)) ? 'gemini' : 'openai';
}

const ANTHROPICS = ['cache_read_input_tokens', 'cache_creation_input_tokens'];
const GOOGLES = ['promptTokenCount', 'candidatesTokenCount'];

/** What the gateway counted stands over what the usage says. */
function unitsOf({ units: counted }: Counted, { units: said }: Details): Quantities['units'] {
  if (said === undefined && counted === null) return null;
  return { ...said, ...counted };
}
