// What Gemini's usageMetadata says beyond the columns: of which modality its tokens are.
import { countIn, type JsonObject, objectsIn, textIn } from './count-in.ts';
import type { Details, Modalities } from './details.ts';

export function geminiDetails(usage: JsonObject): Details {
  const listed = (...keys: readonly string[]) => modalitiesIn(keys.flatMap((key) => objectsIn(usage, key)));
  return {
    input: listed('promptTokensDetails', 'toolUsePromptTokensDetails'),
    cached: listed('cacheTokensDetails'),
    // Without a list it may have been anything that the model puts out.
    output: listed('candidatesTokensDetails'),
  };
}

/** A list that is there names all that is not zero. */
function modalitiesIn(details: readonly JsonObject[]): Modalities {
  if (details.length === 0) return {};
  const tokensOf = (modality: string) =>
    details
      .filter((one) => textIn(one, 'modality')?.toUpperCase() === modality)
      .reduce((sum, one) => sum + (countIn(one, 'tokenCount') ?? 0), 0);
  return { audio: tokensOf('AUDIO'), image: tokensOf('IMAGE'), video: tokensOf('VIDEO') };
}
