import { describe, expect, test } from '@jest/globals';
import { anthropicMessages } from '../dialects/anthropic/anthropic-messages.ts';
import { gemini } from '../dialects/gemini/gemini.ts';
import { openAiChat } from '../dialects/openai/openai-chat.ts';
import { createAdmission } from './admission.ts';

const GATEWAY_PAYS = { apiKey: 'sk-upstream', dialect: openAiChat };
const CALLER_PAYS = { dialect: openAiChat };
const REFUSAL = expect.objectContaining({ code: 'invalid_api_key' }) as unknown as Error;
const BAD = [null, '', 'f', 'First', 'first ', 'firstfirst', 'fourth', 'sk-upstream', 'first,second'];

describe('where there are keys', () => {
  const admission = createAdmission(['first', 'second', 'third-and-longer']);
  const admit =
    (weirKey: string | null, credential: string | null, destination: typeof GATEWAY_PAYS | typeof CALLER_PAYS) => () =>
      admission.admit({ weirKey, credential }, destination);

  test.each(['first', 'second', 'third-and-longer'])('%s is one, wherever it stands in the list', (key) => {
    expect(admission.isGatewayKey(key)).toBe(true);
    expect(admit(key, null, GATEWAY_PAYS)).not.toThrow();
    expect(admit(key, null, CALLER_PAYS)).not.toThrow();
    expect(admit(null, key, GATEWAY_PAYS)).not.toThrow();
  });

  test.each(BAD)('%j is none, in either place', (key) => {
    expect(admission.isGatewayKey(key)).toBe(false);
    for (const destination of [GATEWAY_PAYS, CALLER_PAYS]) {
      expect(admit(key, null, destination)).toThrow(REFUSAL);
      expect(admit(null, key, destination)).toThrow(REFUSAL);
    }
  });

  test('one in the place of the caller’s own credential admits nobody where the caller pays', () => {
    expect(admit(null, 'first', CALLER_PAYS)).toThrow(REFUSAL);
  });

  test('the gateway’s own header wins', () => {
    expect(admit('wrong', 'first', GATEWAY_PAYS)).toThrow(REFUSAL);
    expect(admit('first', 'wrong', GATEWAY_PAYS)).not.toThrow();
  });

  test.each([
    [openAiChat, 'authorization'],
    [anthropicMessages, 'x-api-key'],
    [gemini, 'x-goog-api-key'],
  ])('a refusal names the headers that are wanted, and says nothing of what was presented', (dialect, header) => {
    const refused = (destination: { apiKey?: string }) => () =>
      admission.admit({ weirKey: null, credential: 'secret' }, { ...destination, dialect });
    const begin = 'The API key is missing or wrong: this gateway wants one of its own keys in';
    expect(refused({ apiKey: 'sk' })).toThrow(new Error(`${begin} \`${header}\` or in \`x-weir-key\`.`));
    expect(refused({})).toThrow(new Error(`${begin} \`x-weir-key\`, beside your own credential for the provider.`));
  });

  test.each([GATEWAY_PAYS, CALLER_PAYS])('a refusal of a wrong key in the gateway’s own header says so: %j', (pays) => {
    const sentence =
      "The key in `x-weir-key` is none of this gateway's own keys. Where this header is given, it alone counts.";
    for (const credential of [null, 'first']) expect(admit('wrong', credential, pays)).toThrow(new Error(sentence));
  });
});

describe('where there are none', () => {
  test.each([null, 'x', 'first'])('everybody is admitted, with %j', (credential) => {
    const admission = createAdmission([]);
    expect(admission.demandsKeys).toBe(false);
    expect(admission.isGatewayKey(credential)).toBe(false);
    for (const destination of [GATEWAY_PAYS, CALLER_PAYS])
      expect(() => admission.admit({ weirKey: credential, credential }, destination)).not.toThrow();
  });
});
