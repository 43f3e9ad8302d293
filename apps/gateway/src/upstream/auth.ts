// How an upstream is shown its key, where that is not as its API would have it.

const HEADERS = {
  bearer: (key: string) => ({ authorization: `Bearer ${key}` }),
  'x-api-key': (key: string) => ({ 'x-api-key': key }),
  'api-key': (key: string) => ({ 'api-key': key }),
  'x-goog-api-key': (key: string) => ({ 'x-goog-api-key': key }),
  none: () => ({}),
} as const satisfies Record<string, (key: string) => Record<string, string>>;

export type Auth = keyof typeof HEADERS;

export const AUTHS = Object.keys(HEADERS) as [Auth, ...Auth[]];

export const keyHeaders = (auth: Auth, key: string): Record<string, string> => HEADERS[auth](key);
