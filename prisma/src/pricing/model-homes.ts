// Whose price lists a model's name may stand in, where nobody said whose it is: its maker's own, else that of the provider
// that the name's spelling gives away, else every list that has it.
import { calcPrice, findProvider, waitForUpdate } from '@pydantic/genai-prices';

export interface Home {
  readonly provider: string;
  readonly name: string;
}

// What the package brings along: nothing is fetched.
const PROVIDERS = (await waitForUpdate()) ?? [];

const MOST_REMEMBERED = 10_000;
const remembered = new Map<string, readonly Home[]>();

export function homesOf(name: string): readonly Home[] {
  const known = remembered.get(name);
  if (known !== undefined) return known;
  if (remembered.size === MOST_REMEMBERED) remembered.clear(); // names are the callers' to choose
  const homes = search(name);
  remembered.set(name, homes);
  return homes;
}

// What is unlike everybody else's names: `us.anthropic.claude-…-v1:0` of Bedrock, and OpenAI's `ft:gpt-4o-…:org::id`.
const SPELLINGS = [
  { like: /^(?:(?:us|us-gov|eu|apac|jp|au|ca|sa|me|af|global)\.)?[a-z0-9]+\.[a-z].*$/, provider: 'aws' },
  { like: /^ft:/, provider: 'openai' },
];

// `models/gemini-…`, `publishers/google/models/gemini-…`, and ARNs of Bedrock's inference profiles.
const PATH = /^(?:arn:aws[\w-]*:bedrock:.*\/|(?:.*\/)?models\/)/;

function search(spelled: string): Home[] {
  const name = spelled.trim().replace(PATH, '');
  const maker = calcPrice({}, name)?.provider.id;
  if (maker !== undefined) return [{ provider: maker, name }];
  const spelling = SPELLINGS.find(({ like }) => like.test(name));
  if (spelling !== undefined && hasPrice({ provider: spelling.provider, name })) {
    return [{ provider: spelling.provider, name }];
  }
  return [...prefixed(name), ...PROVIDERS.map(({ id }) => ({ provider: id, name })).filter(isAtHome)];
}

/** `openai/gpt-4o`, `groq/llama-…`: who makes it, or who sells it. */
function prefixed(name: string): Home[] {
  const [, vendor, rest] = /^([^/]+)\/(.+)$/.exec(name) ?? [];
  if (vendor === undefined || rest === undefined) return [];
  const provider = findProvider({ providerId: vendor })?.id;
  const home = { provider: provider ?? '', name: rest };
  return provider !== undefined && hasPrice(home) ? [home] : [];
}

const hasPrice = ({ provider, name }: Home): boolean => calcPrice({}, name, { providerId: provider }) !== null;

/** In this list itself, not in one that it falls back on. */
function isAtHome({ provider, name }: Home): boolean {
  const found = calcPrice({}, name, { providerId: provider });
  return found?.provider.models.includes(found.model) ?? false;
}
