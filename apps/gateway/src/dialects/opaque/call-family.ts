// A call's path → what kind of thing it is about, as rows and metrics name it: one of a few, whatever a caller writes.
import { pathAfterVersion, pathIn } from '../paths.ts';

const FAMILIES = [
  ...['agents', 'assistants', 'audio', 'auth_tokens', 'batches', 'cachedContents', 'chat', 'chatkit', 'containers'],
  ...['conversations', 'corpora', 'evals', 'fileSearchStores', 'files', 'fine_tuning', 'images', 'interactions'],
  ...['live', 'messages', 'models', 'moderations', 'ocr', 'operations', 'organization', 'organizations', 'projects'],
  ...['realtime', 'rerank', 'responses', 'sessions', 'skills', 'threads', 'tunedModels', 'uploads', 'vaults'],
  ...['vector_stores', 'videos'],
];

export function familyOf(url: string): string {
  const [first = ''] = pathAfterVersion(pathIn(url)).split('/').slice(1);
  return FAMILIES.includes(first) ? first : 'other';
}
