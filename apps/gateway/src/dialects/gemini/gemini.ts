// Google's Gemini API: `generateContent` and `streamGenerateContent`, on AI Studio and on Vertex. Its streams end with
// their body: no terminal frame says so, save the closing bracket where the answer is one JSON array.

import type { WeirError } from '../../errors.ts';
import { isEventStream } from '../../sse/framing.ts';
import type { Dialect } from '../dialect.ts';
import { urlKeyIn } from '../url-key.ts';
import { geminiArrayFraming } from './gemini-array.ts';
import { askGemini } from './gemini-ask.ts';
import { GeminiReader } from './gemini-reader.ts';
import { geminiSseFraming } from './gemini-sse.ts';
import { TOOLS_WANTED } from './gemini-tools.ts';

export const gemini: Dialect = {
  name: 'gemini',
  ask: askGemini,
  framing(contentType, { streamed }) {
    if (isEventStream(contentType)) return geminiSseFraming;
    return streamed && contentType.startsWith('application/json') ? geminiArrayFraming : null;
  },
  createReader: () => new GeminiReader(),
  wanted: {
    error: true,
    modelVersion: true,
    responseId: true,
    usageMetadata: true,
    promptFeedback: true,
    candidates: { finishReason: true, content: { parts: { '*': true } }, ...TOOLS_WANTED },
  },
  credentials: (apiKey) => ({ 'x-goog-api-key': apiKey }),
  errorBody: geminiError,
  urlCredential: urlKeyIn,
  errorFrame(error, { framing, frames }) {
    const json = JSON.stringify(geminiError(error));
    // Said twice: some of Google's clients hear only an event, others only the bare JSON with which Google itself breaks off.
    if (framing !== geminiArrayFraming) return `data: ${json}\r\n\r\n${json}`;
    return frames === 0 ? `[${json}\n]` : `,\n${json}\n]`;
  },
};

const STATUSES: Record<number, string> = {
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  500: 'INTERNAL',
  504: 'DEADLINE_EXCEEDED',
};

function geminiError({ status, message }: WeirError): object {
  const byClass = status < 500 ? 'INVALID_ARGUMENT' : 'UNAVAILABLE';
  return { error: { code: status, message, status: STATUSES[status] ?? byClass } };
}
