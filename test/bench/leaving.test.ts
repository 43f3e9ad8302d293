import { expect, test } from '@jest/globals';
import { createLeaving } from './leaving.ts';

function recorded() {
  const said: string[] = [];
  const left: string[] = [];
  const leave = async (name: string) => {
    if (name === 'stubborn') throw new Error('it does not go');
    left.push(name);
  };
  return { said, left, leave, leaving: createLeaving((line) => said.push(line)) };
}

test('what was opened last is left first', async () => {
  const { leaving, leave, left } = recorded();
  for (const name of ['directory', 'server', 'gateway']) leaving.keep(name, leave);
  await leaving.all();
  expect(left).toEqual(['gateway', 'server', 'directory']);
});

test('what cannot be left is named, and keeps nothing else', async () => {
  const { leaving, leave, left, said } = recorded();
  for (const name of ['directory', 'stubborn', 'gateway']) leaving.keep(name, leave);
  await leaving.all();
  expect(left).toEqual(['gateway', 'directory']);
  expect(said).toEqual(['left behind: it does not go']);
});

test('what is opened when all is over is left at once', async () => {
  const { leaving, leave, left } = recorded();
  await leaving.all();
  leaving.keep('late', leave);
  expect(left).toEqual(['late']);
});
