import { expect, test } from '@jest/globals';
import { promptLengthOf, targetInBody, toolIn, withoutPrompt } from './asking.ts';

test('a request is kept without its prompt, and told how long it was', () => {
  const body = { model: 'm', messages: [1, 2], system: 'secret', n: 2 };
  expect(withoutPrompt(body, ['messages', 'system'])).toEqual({ model: 'm', n: 2, messageCount: 2 });
  expect(withoutPrompt({ prompt: 'secret' }, ['prompt'])).toEqual({ messageCount: 1 });
  expect(withoutPrompt({ model: 'm' }, ['messages'])).toEqual({ model: 'm', messageCount: 0 });
});

test('a prompt is as long as the JSON of its members', () => {
  expect(promptLengthOf({ messages: ['a'], system: 'b', other: 'c' }, ['messages', 'system', 'absent'])).toBe(8);
});

test.each([null, 'x', [], [null], [{}], [{ name: 5 }]])('tools that are %j have no name of their own', (tools) => {
  expect(toolIn(tools, ({ name }) => name)).toBe('measure');
});

test('a model is a string, and a stream is true', () => {
  expect(targetInBody({ body: { model: 5, stream: 'true' } })).toEqual({ model: null, streamed: false });
});
