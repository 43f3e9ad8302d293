// The calls that cost nothing at any provider, and that clients cannot do without: they pass without a row. Whatever is not
// listed here is either metered, or leaves a row of its own, or is refused.

/** As the metrics name them. */
type SafeClass = 'models' | 'token_counts' | 'responses';

interface SafeCall {
  readonly method: string;
  readonly path: RegExp;
  readonly class: SafeClass;
}

const OPENAI = '(?:/v1|/openai/v1|/openai|/v1beta/openai)';
const PROJECT = '/v1(?:beta1)?/projects/[^/]+/locations/[^/]+';
const GOOGLE = '/v1(?:beta1?)?';
// Other calls stand where ids do; no server is to take one for the other, in whatever letters.
const ID = `(?!(?:${['compact', 'input_tokens'].map(anyCase).join('|')})(?:/|$))[\\w.:=-]+`;
// A model's id may hold colons (`llama3:8b`); behind the last one no verb of Google's may stand, in whatever letters.
const MODEL = '(?!.*(?::|%3A)(?:predict|[a-z]*[A-Z][A-Za-z]*)$)(?:[^/%]|%3A|%40)+';

const call = (method: string, path: string, ofClass: SafeClass): SafeCall => ({
  method,
  path: new RegExp(`^${path}$`),
  class: ofClass,
});

const SAFE_CALLS: readonly SafeCall[] = [
  call('GET', `${OPENAI}/models(?:/${MODEL})?`, 'models'), // Anthropic's as well
  call('GET', `${GOOGLE}/(?:models|tunedModels)(?:/${MODEL})?`, 'models'),
  call('GET', `(?:${PROJECT}|${GOOGLE})/publishers/[^/]+/models(?:/${MODEL})?`, 'models'),
  call('POST', '/v1/messages/count_tokens', 'token_counts'),
  call('POST', `${OPENAI}/responses/input_tokens`, 'token_counts'),
  call('POST', `${GOOGLE}/(?:models|tunedModels)/[^/]+:countTokens`, 'token_counts'),
  call('POST', `${PROJECT}/(?:publishers/[^/]+/models|endpoints)/[^/]+:countTokens`, 'token_counts'),
  call('POST', `${PROJECT}/publishers/anthropic/models/count-tokens:rawPredict`, 'token_counts'),
  call('GET', `${OPENAI}/responses/${ID}(?:/input_items)?`, 'responses'),
];

function anyCase(word: string): string {
  return [...word].map((letter) => `[${letter}${letter.toUpperCase()}]`).join('');
}

interface Call {
  readonly method: string;
  /** Without its query. */
  readonly path: string;
}

/** Null: it is not known to cost nothing. */
export const safeClassOf = ({ method, path }: Call): SafeClass | null =>
  SAFE_CALLS.find((safe) => safe.method === method && safe.path.test(path))?.class ?? null;

const STORED_RESPONSE = new RegExp(`^${OPENAI}/responses/${ID}$`);

/** Somebody reads a response by its id: what it cost may be told here first. */
export const isPoll = ({ method, path }: Call): boolean => method === 'GET' && STORED_RESPONSE.test(path);
