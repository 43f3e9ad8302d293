// The models that `GET /v1/models` and `GET /v1beta/models` name. Any other name is answered too; these show what a name can say.

export const MODELS = [
  'sim',
  'gpt-4o',
  'gpt-4o-mini',
  'sim:tokens=200,every=20',
  'sim:tokens=20,tools',
  'sim:usage=after-choices',
  'sim:end=reset',
  'sim:end=error',
  'sim:status=429',
  'gpt-4o-mini;tokens=50,every=20,cached=1000,input=1200',
] as const;

export const GEMINI_MODELS = [
  'sim',
  'gemini-2.5-flash',
  'sim:tokens=200,every=20',
  'sim:tokens=20,tools',
  'sim:usage=finish',
  'sim:end=reset',
  'sim:status=429',
  'gemini-2.5-flash;tokens=50,every=20,cached=1000,input=1200,reasoning=100',
] as const;

/** OpenAI's list of models. */
export function modelList(): string {
  const owner = { object: 'model', created: 0, owned_by: 'weir-simulator' };
  return JSON.stringify({ object: 'list', data: MODELS.map((id) => ({ id, ...owner })) });
}

/** Google's. */
export function geminiModelList(): string {
  const limits = { inputTokenLimit: 1_048_576, outputTokenLimit: 65_536 };
  const more = { version: '001', ...limits, supportedGenerationMethods: ['generateContent'] };
  const models = GEMINI_MODELS.map((name) => ({ name: `models/${name}`, displayName: name, ...more }));
  return `${JSON.stringify({ models }, null, 2)}\n`;
}
