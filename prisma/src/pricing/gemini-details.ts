// What Gemini's usageMetadata says beyond the columns: of which modality its tokens are.
import { countIn, type JsonObject, objectsIn, textIn } from './count-in.ts';
import type { Details, Modalities } from './details.ts';

export function geminiDetails(usage: JsonObject): Details {
  const prompt = objectsIn(usage, 'promptTokensDetails');
  const output = objectsIn(usage, 'candidatesTokensDetails');
  return {
    input: modalitiesIn([...prompt, ...objectsIn(usage, 'toolUsePromptTokensDetails')]),
    cached: modalitiesIn(objectsIn(usage, 'cacheTokensDetails')),
    // It leaves out text: where it tells what went in, and nothing of what came out, that was text alone.
    output: prompt.length > 0 && output.length === 0 ? TEXT_ALONE : modalitiesIn(output),
  };
}

const TEXT_ALONE: Modalities = { audio: 0, image: 0, video: 0 };

/** A list that is there names all that is not zero. */
function modalitiesIn(details: readonly JsonObject[]): Modalities {
  if (details.length === 0) return {};
  const tokensOf = (modality: string) =>
    details
      .filter((one) => textIn(one, 'modality')?.toUpperCase() === modality)
      .reduce((sum, one) => sum + (countIn(one, 'tokenCount') ?? 0), 0);
  return { audio: tokensOf('AUDIO'), image: tokensOf('IMAGE'), video: tokensOf('VIDEO') };
}
