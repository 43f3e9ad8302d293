import { expect, test } from '@jest/globals';
import { isOfResponse, isReading } from './stored-objects.ts';

const callOf = (text: string) => {
  const [method = '', path = ''] = text.split(' ');
  return { method, path };
};

test.each([
  'GET /v1/chat/completions/c_1',
  'HEAD /v1/files/f_1',
  'GET /v1beta/interactions/i_1',
  'POST /v1/chat/completions/c_1',
  'POST /openai/v1/chat/completions/c_1',
  'POST /v1beta/openai/chat/completions/c_1',
  'POST /v1/batches/b_1/cancel',
  'POST /v1/threads/t_1/runs/r_1',
  'POST /v1/threads/t_1/runs/r_1/cancel',
])('%s tells of what was made before', (call) => {
  expect(isReading(callOf(call))).toBe(true);
});

test.each([
  'POST /v1/chat/completions',
  'POST /v1/batches',
  'POST /v1/threads/runs',
  'POST /v1/threads/t_1/runs',
  'POST /v1/threads/t_1/runs/r_1/submit_tool_outputs',
  'POST /v1/threads/t_1/messages/m_1',
  'POST /v1/moderations',
  'DELETE /v1/chat/completions/c_1',
])('%s may make something', (call) => {
  expect(isReading(callOf(call))).toBe(false);
});

test.each([
  ['GET /v1/responses/resp_a+b', true],
  ['GET /openai/responses/resp_1', true],
  ['HEAD /v1/responses/resp_1', false],
  ['POST /openai/v1/responses/resp_1/cancel', true],
  ['POST /v1beta/openai/responses/resp_1/cancel', true],
  ['GET /v1/responses/resp_1/input_items', false],
  ['POST /v1/responses/comp%61ct', false],
  ['GET /v1/responses/resp_1/cancel', false],
])('%s tells what a response cost: %s', (call, expected) => {
  expect(isOfResponse(callOf(call))).toBe(expected);
});
