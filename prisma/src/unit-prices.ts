// What an operator charges for each kind of token and of everything else, in USD as exact decimal strings. Cached and
// written tokens fall back to the input price where none of their own is named.
import { z } from 'zod';

export const usdPerMillion = z.string().regex(/^\d{1,12}(\.\d{1,12})?$/, 'must be USD per million tokens, as in "2.5"');
export const usdEach = z.string().regex(/^\d{1,8}(\.\d{1,12})?$/, 'must be USD each, as in "0.01"');

/** The kinds of token that may have a price, as rows and files name them → as records do. */
export const TOKEN_KINDS = {
  input: 'input',
  cached_input: 'cachedInput',
  cache_write: 'cacheWrite',
  cache_write_1h: 'cacheWrite1h',
  output: 'output',
  input_audio: 'inputAudio',
  cached_audio: 'cachedAudio',
  output_audio: 'outputAudio',
  input_image: 'inputImage',
  cached_image: 'cachedImage',
  output_image: 'outputImage',
  input_video: 'inputVideo',
  output_video: 'outputVideo',
} as const;

export type TokenKind = keyof typeof TOKEN_KINDS;

/** What is billed in place of tokens. */
export const MEASURES = ['seconds', 'images', 'characters', 'pages'] as const;

/** What is billed beside them, by the call. `requests` is a fee on each request. */
export const CALLS = [
  'requests',
  'web_searches',
  'web_search_previews',
  'web_search_blocks',
  'file_searches',
  'social_searches',
  'groundings',
  'code_executions',
  'image_generations',
  'shell_calls',
  'sources',
  'other_tools',
] as const;

export type Unit = (typeof MEASURES)[number] | (typeof CALLS)[number];

export const unitSchema = z.enum([...MEASURES, ...CALLS]);

const tokenPrices = {
  input: usdPerMillion.optional(),
  cachedInput: usdPerMillion.optional(),
  cacheWrite: usdPerMillion.optional(),
  cacheWrite1h: usdPerMillion.optional(),
  output: usdPerMillion.optional(),
  inputAudio: usdPerMillion.optional(),
  cachedAudio: usdPerMillion.optional(),
  outputAudio: usdPerMillion.optional(),
  inputImage: usdPerMillion.optional(),
  cachedImage: usdPerMillion.optional(),
  outputImage: usdPerMillion.optional(),
  inputVideo: usdPerMillion.optional(),
  outputVideo: usdPerMillion.optional(),
};

const tokenPricesSchema = z.strictObject(tokenPrices);

export const unitPricesSchema = z.strictObject({
  ...tokenPrices,
  /** USD for one of each. */
  each: z.partialRecord(unitSchema, usdEach).optional(),
  /** The prices of tokens in another tier than the usual one. */
  tiers: z.record(z.string(), tokenPricesSchema).optional(),
});

export type TokenPrices = z.output<typeof tokenPricesSchema>;
export type UnitPrices = z.output<typeof unitPricesSchema>;
