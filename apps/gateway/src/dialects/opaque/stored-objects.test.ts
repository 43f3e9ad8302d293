import { expect, test } from '@jest/globals';
import { isReading } from './stored-objects.ts';

const isIt = (call: string): boolean => {
  const [method = '', path = ''] = call.split(' ');
  return isReading({ method, path });
};

test.each([
  'GET /v1/chat/completions/c_1',
  'HEAD /v1/files/f_1',
  'GET /v1beta/interactions/i_1',
  'POST /v1/chat/completions/c_1',
  'POST /openai/v1/chat/completions/c_1',
  'POST /v1/batches/b_1/cancel',
  'POST /v1/threads/t_1/runs/r_1',
  'POST /v1/threads/t_1/runs/r_1/cancel',
])('%s tells of what was made before', (call) => {
  expect(isIt(call)).toBe(true);
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
  expect(isIt(call)).toBe(false);
});
