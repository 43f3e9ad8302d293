import { expect, test } from '@jest/globals';
import { refuseOtherFormats } from './answer-format.ts';
import { anthropicVertex } from './anthropic/anthropic-vertex.ts';
import { gemini } from './gemini/gemini.ts';
import { geminiEmbeddings } from './gemini/gemini-embeddings.ts';
import { RequestBody } from './request-body.ts';

const PATH = '/v1beta/models/g:generateContent';

test.each([
  ['?fields=candidates', 'fields'],
  ['?$fields=candidates', 'fields'],
  ['?%24fields=candidates', 'fields'],
  ['?alt=sse&f%69elds=candidates', 'fields'],
  ['?Fields=candidates', 'fields'],
  ['?x=1;fields=candidates', 'fields'],
  ['?callback=cb', 'callback'],
  ['?%24callback=cb', 'callback'],
  ['?$ct=text', 'ct'],
  ['?alt=proto', 'alt'],
  ['?%24alt=proto', 'alt'],
  ['?alt=json&alt=media', 'alt'],
  ['?alt=', 'alt'],
  ['?$alt=json;enum-encoding=int', 'enum-encoding'],
])('%s is refused by its name', (query, name) => {
  expect(() => refuseOtherFormats(PATH + query)).toThrow(
    expect.objectContaining({ status: 400, message: expect.stringContaining(`\`${name}\``) }) as unknown as Error,
  );
});

test.each(['', '?', '?alt=sse', '?alt=json', '?$alt=sse', '?prettyPrint=false', '?key=k&x=fields&api-version=1'])(
  '%j passes',
  (query) => {
    expect(() => refuseOtherFormats(PATH + query)).not.toThrow();
  },
);

test.each([
  ['gemini', gemini, PATH],
  ['gemini-embeddings', geminiEmbeddings, '/v1beta/models/g:embedContent'],
  ['anthropic on Vertex', anthropicVertex, '/v1/projects/p/locations/l/publishers/anthropic/models/m:rawPredict'],
])('%s asks no provider for half of an answer', (_name, dialect, path) => {
  const body = RequestBody.of(Buffer.from('{}'));
  expect(() => dialect.ask({ url: `${path}?fields=candidates`, body, model: 'm' })).toThrow('`fields` of the query');
});
