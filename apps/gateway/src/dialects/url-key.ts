// A key that is held out in the URL, as `?key=…`, which Google's API takes for a credential: where it stands, and the same
// URL without it. All other parameters stay as they were written.

/** The path or URL without the keys that are to be dropped, byte for byte. */
export function withoutUrlKeys(path: string, isDropped: (key: string) => boolean): string {
  const { before, parameters } = parse(path);
  const kept = parameters.filter((parameter) => !(isKey(parameter) && isDropped(keyIn(parameter))));
  if (kept.length === parameters.length) return path;
  return kept.length === 0 ? before : `${before}?${kept.join('&')}`;
}

export function urlKeyIn(url: string): string | null {
  const key = parse(url).parameters.find((parameter) => isKey(parameter) && keyIn(parameter) !== '');
  return key === undefined ? null : keyIn(key);
}

function parse(url: string): { before: string; parameters: string[] } {
  const at = url.indexOf('?');
  return at < 0
    ? { before: url, parameters: [] }
    : { before: url.slice(0, at), parameters: url.slice(at + 1).split('&') };
}

/** The name may be written in escapes, and still be read as `key` upstream. */
const isKey = (parameter: string): boolean => decoded(parameter.split('=')[0] as string) === 'key';

const keyIn = (parameter: string): string => decoded(parameter.split('=').slice(1).join('='));

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
