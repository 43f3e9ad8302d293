// Usage that no model can have had, by a name that stands in the model's.

export const ABSURD: Readonly<Record<string, object>> = {
  NaN: { prompt_tokens: 'NaN', completion_tokens: 5 },
  true: { prompt_tokens: true, completion_tokens: 5 },
  huge: { prompt_tokens: 1e308, completion_tokens: 1e308 },
  negative: { prompt_tokens: -5, completion_tokens: -7 },
  half: { completion_tokens: 5 },
  broken: { prompt_tokens: 1.9, completion_tokens: 0.5 },
};

export const ABSURDITIES = Object.keys(ABSURD);
