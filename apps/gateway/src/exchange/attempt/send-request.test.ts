import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { createAdmission } from '../../admission/admission.ts';
import { openAiChat } from '../../dialects/openai/openai-chat.ts';
import { upstreamHeaders } from '../../upstream/headers.ts';
import type { Upstream } from '../../upstream/upstream.ts';
import { credentialsFor } from './send-request.ts';

const PAID = { name: 'paid', apiKey: 'sk-upstream' } as Upstream;
const UNPAID = { name: 'unpaid' } as Upstream;
const admission = createAdmission(['weir-key']);

const credentials = (headers: IncomingHttpHeaders, upstream: Upstream) =>
  credentialsFor(openAiChat, headers, { upstream, admission });

/** The headers that go upstream for a caller who sent these. */
const sent = (headers: IncomingHttpHeaders, upstream: Upstream) =>
  upstreamHeaders(headers, credentials(headers, upstream));

test('where the gateway pays, its own key goes upstream, whatever the caller sent', () => {
  for (const authorization of ['', 'Bearer weir-key', 'Bearer sk-caller']) {
    expect(sent({ authorization, 'x-api-key': 'k' }, PAID)).toEqual({
      authorization: 'Bearer sk-upstream',
      'accept-encoding': 'identity',
    });
  }
});

test("where the caller pays, the caller's credential goes as it came", () => {
  const headers = { authorization: 'Bearer sk-caller', 'api-key': 'k' };
  expect(sent(headers, UNPAID)).toEqual({ ...headers, 'accept-encoding': 'identity' });
});

describe("a key of the gateway's own never goes upstream", () => {
  test.each<IncomingHttpHeaders>([
    { authorization: 'Bearer weir-key' },
    { 'x-api-key': 'weir-key' },
    { authorization: 'Bearer weir-key', 'x-api-key': 'weir-key' },
    { authorization: 'Bearer sk-caller', 'x-api-key': 'weir-key' },
    { 'api-key': 'weir-key', 'x-goog-api-key': 'sk-caller' },
    { 'x-api-key': 'weir-key, weir-key' },
    { 'x-api-key': 'sk-caller, weir-key' },
    { authorization: 'Token weir-key' },
    { authorization: `${'x '.repeat(20)}weir-key` },
    { authorization: 'Bearer sk-caller', 'x-weir-key': 'weir-key' },
  ])('from %j', (headers) => {
    for (const upstream of [PAID, UNPAID]) expect(JSON.stringify(sent(headers, upstream))).not.toContain('weir-key');
  });
});
