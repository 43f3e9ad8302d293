import { expect, test } from '@jest/globals';
import { gemini } from './apis/gemini.ts';
import { openaiChat } from './apis/openai-chat.ts';
import { GEMINI_MODELS, geminiModelList, MODELS, modelList } from './models.ts';
import { scriptReader } from './script.ts';

test('every model that is listed can be asked', () => {
  for (const model of MODELS) expect(scriptReader(openaiChat)(model, true).name).not.toBe('');
  for (const model of GEMINI_MODELS) expect(scriptReader(gemini)(model, true).name).not.toBe('');
});

test('the list has the shape of OpenAI’s', () => {
  const list = JSON.parse(modelList());
  expect(list.object).toBe('list');
  expect(list.data[0]).toEqual({ id: 'sim', object: 'model', created: 0, owned_by: 'weir-simulator' });
});

test('the other list has the shape of Google’s', () => {
  const { models } = JSON.parse(geminiModelList());
  expect(models[0]).toMatchObject({ name: 'models/sim', supportedGenerationMethods: ['generateContent'] });
});
