import { expect, test } from '@jest/globals';
import { seatsOf, USAGES, type UsagePlace } from './openai-chat-usage.ts';
import { usageOf } from './openai-usage.ts';

const counts = { input: 100, cached: 40, cacheWrite: 10, output: 20, reasoning: 8 };
const FULL = `,"usage":${JSON.stringify(usageOf(counts))}`;
const NULL = ',"usage":null';

const seats = (place: UsagePlace, usage: boolean, choices = 1) => {
  const { opening, token, finish, inChoice, after } = seatsOf(place, counts, { usage, choices });
  return { opening: opening(0), token: token(0.5), finish: finish(true), inChoice: inChoice(0), after };
};
const nothing = { opening: '', token: '', finish: '', inChoice: '', after: [] };
const nulls = { ...nothing, opening: NULL, token: NULL, finish: NULL };
const own = { choices: '[]', members: FULL };
const moderation = { choices: '[]', members: `,"moderation":{"input":null,"output":null}${NULL}` };
const half = `,"usage":${JSON.stringify(usageOf({ ...counts, output: 10, reasoning: 4 }))}`;
const none = `,"usage":${JSON.stringify(usageOf({ ...counts, output: 0, reasoning: 0 }))}`;

const groq = { ...nothing, opening: ',"x_groq":{"id":"req_sim"}', finish: `,"x_groq":{"id":"req_sim"${FULL}}` };
const each = { ...nothing, opening: none, token: half, finish: FULL };
const table: [UsagePlace, { unasked: object; asked: object }][] = [
  ['after', { unasked: nothing, asked: { ...nulls, after: [own] } }],
  ['always', { unasked: { ...nothing, after: [own] }, asked: { ...nulls, after: [own] } }],
  [
    'after-choices',
    { unasked: nothing, asked: { ...nulls, after: [{ ...own, choices: '[{"index":0,"delta":{}}]' }] } },
  ],
  ['null-after', { unasked: nothing, asked: { ...nulls, after: [own, moderation] } }],
  ['finish', { unasked: { ...nothing, finish: FULL }, asked: { ...nulls, finish: FULL } }],
  ['each', { unasked: each, asked: each }],
  ['early', { unasked: { ...nothing, opening: FULL }, asked: { ...nothing, opening: FULL } }],
  ['groq', { unasked: groq, asked: groq }],
  ['choice', { unasked: { ...nothing, inChoice: FULL }, asked: { ...nothing, inChoice: FULL } }],
  ['never', { unasked: nothing, asked: nothing }],
];

test.each(table)('%s', (place, { unasked, asked }) => {
  expect(seats(place, false)).toEqual(unasked);
  expect(seats(place, true)).toEqual(asked);
});

test('all places are in the table above', () => {
  expect(table.map(([place]) => place)).toEqual(Object.keys(USAGES));
});

test('of several choices, the last finish carries the usage, and choices share the output', () => {
  expect(seatsOf('finish', counts, { usage: false, choices: 3 }).finish(false)).toBe('');
  expect(seatsOf('early', counts, { usage: false, choices: 3 }).opening(1)).toBe('');
  const { inChoice } = seatsOf('choice', counts, { usage: false, choices: 3 });
  const outputs = [0, 1, 2].map((at) => JSON.parse(`{${inChoice(at).slice(1)}}`).usage.completion_tokens);
  expect(outputs).toEqual([7, 7, 6]);
});
