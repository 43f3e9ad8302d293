// The query of a URL, parameter by parameter: each as a provider reads it, and the same URL without some of them. All others
// stay as they were written.

export interface Parameter {
  /** Name and value may be written in escapes. */
  readonly name: string;
  readonly value: string;
}

export const parametersIn = (url: string): readonly Parameter[] => split(url).parameters.map(read);

/** The path or URL without the parameters that are to be dropped, byte for byte. */
export function withoutParameters(url: string, isDropped: (parameter: Parameter) => boolean): string {
  const { before, parameters } = split(url);
  const kept = parameters.filter((parameter) => !isDropped(read(parameter)));
  if (kept.length === parameters.length) return url;
  return kept.length === 0 ? before : `${before}?${kept.join('&')}`;
}

function split(url: string): { before: string; parameters: string[] } {
  const at = url.indexOf('?');
  return at < 0
    ? { before: url, parameters: [] }
    : { before: url.slice(0, at), parameters: url.slice(at + 1).split('&') };
}

function read(parameter: string): Parameter {
  const [name = '', ...value] = parameter.split('=');
  return { name: decoded(name), value: decoded(value.join('=')) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
