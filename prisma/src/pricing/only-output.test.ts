import { expect, test } from '@jest/globals';
import { onlyOutputOf } from './only-output.ts';

test.each([
  ['gpt-image-1', 'image'],
  ['openai/gpt-image-1-mini', 'image'],
  ['chatgpt-image-latest', 'image'],
  ['gpt-4o-mini-tts', 'audio'],
  ['gemini-2.5-flash-preview-tts', 'audio'],
  ['tts-1-hd', 'audio'],
  ['gpt-4o-audio-preview', null],
  ['gemini-2.5-flash-image', null],
  ['my-gpt-images', null],
  ['whatts-next', null],
  ['', null],
])('%s puts out nothing but %s', (model, modality) => {
  expect(onlyOutputOf(model)).toBe(modality);
});
