// The same nonsense under every API's own names: what each of them makes of it, streamed and whole.
import { describe, expect, test } from '@jest/globals';
import { relayInMemory } from '../../testing/rehearsal.ts';

interface Api {
  readonly api: string;
  readonly input: string;
  readonly output: string;
  /** A part of either side, and where it stands. */
  readonly inputPart: (value: string) => string;
  readonly outputPart: (value: string) => string;
  readonly whole: (usage: string) => string;
  /** Null: this API never streams. */
  readonly streamed: ((...usages: string[]) => string) | null;
}

const data = (json: string) => `data: ${json}\n\n`;
const streamOf =
  (frameOf: (usage: string) => string, end: string) =>
  (...usages: string[]) =>
    usages.map((usage) => data(frameOf(usage))).join('') + data(end);

const chat: Api = {
  api: 'openai-chat',
  input: 'prompt_tokens',
  output: 'completion_tokens',
  inputPart: (value) => `"prompt_tokens_details":{"cached_tokens":${value}}`,
  outputPart: (value) => `"completion_tokens_details":{"reasoning_tokens":${value}}`,
  whole: (usage) => `{"choices":[{"finish_reason":"stop"}],"usage":${usage}}`,
  streamed: streamOf((usage) => `{"choices":[],"usage":${usage}}`, '[DONE]'),
};

const APIS: Api[] = [
  chat,
  { ...chat, api: 'openai-completions' },
  { ...chat, api: 'openai-embeddings', streamed: null },
  {
    api: 'openai-responses',
    input: 'input_tokens',
    output: 'output_tokens',
    inputPart: (value) => `"input_tokens_details":{"cache_write_tokens":${value}}`,
    outputPart: (value) => `"output_tokens_details":{"reasoning_tokens":${value}}`,
    whole: (usage) => `{"status":"completed","usage":${usage}}`,
    streamed: streamOf((usage) => `{"type":"response.completed","response":{"usage":${usage}}}`, '[DONE]'),
  },
  {
    api: 'anthropic-messages',
    input: 'input_tokens',
    output: 'output_tokens',
    inputPart: (value) => `"cache_read_input_tokens":${value}`,
    outputPart: (value) => `"output_tokens_details":{"thinking_tokens":${value}}`,
    whole: (usage) => `{"type":"message","stop_reason":"end_turn","usage":${usage}}`,
    streamed: streamOf((usage) => `{"type":"message_delta","delta":{},"usage":${usage}}`, '{"type":"message_stop"}'),
  },
  {
    api: 'gemini',
    input: 'promptTokenCount',
    output: 'candidatesTokenCount',
    inputPart: (value) => `"toolUsePromptTokenCount":${value}`,
    outputPart: (value) => `"thoughtsTokenCount":${value}`,
    whole: (usage) => `{"candidates":[{"finishReason":"STOP"}],"usageMetadata":${usage}}`,
    streamed: streamOf(
      (usage) => `{"candidates":[],"usageMetadata":${usage}}`,
      '{"candidates":[{"finishReason":"STOP"}]}',
    ),
  },
];

const OK = { status: 'ok', reason: null, detail: null };
const ALL_BELIEVED = { ...OK, usageSource: 'reported', unpriced: null };
const HALF = { ...OK, usageSource: 'partial', unpriced: 'usage' };
const missing = (why: string) => ({
  status: 'error',
  reason: 'usage_missing',
  detail: `The provider's usage cannot be believed: ${why}.`,
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  totalTokens: 0,
  usageSource: 'none',
  unpriced: 'usage',
});

describe.each(APIS)('$api', ({ api, input, output, inputPart, outputPart, whole, streamed }) => {
  const usageOf = (inputIs: string, outputIs: string, ...more: string[]) =>
    `{${[`"${input}":${inputIs}`, `"${output}":${outputIs}`, ...more].join()}}`;

  /** What is kept of this usage; of a stream, of the last of several. */
  async function eachWay(usage: string, expected: object): Promise<void> {
    const kept = { usage: JSON.parse(usage.replaceAll('1e400', '"Infinity"')), ...expected };
    const bodies = [{ kind: 'body' as const, text: whole(usage) }];
    const streams = streamed === null ? [] : [{ kind: 'sse' as const, text: streamed(usage) }];
    for (const { kind, text } of [...bodies, ...streams]) {
      const { completion } = await relayInMemory({ api, kind, pieces: [Buffer.from(text)] });
      expect(completion).toMatchObject(kept);
    }
  }

  test.each(['"NaN"', '""', '"x"', 'true', '{}', '{"valueOf":1,"toString":1}', '[]', '[7]'])(
    'a side of %s is unknown, and the other one holds',
    async (value) => {
      await eachWay(usageOf(value, '5'), { ...HALF, inputTokens: 0, outputTokens: 5, totalTokens: 5 });
      await eachWay(usageOf('7', value), { ...HALF, inputTokens: 7, outputTokens: 0, totalTokens: 7 });
    },
  );

  test.each([
    ['-5', 'is negative'],
    ['"-5"', 'is negative'],
    ['1.9', 'is not whole'],
    ['100000001', 'is over 100,000,000'],
    ['1e308', 'is over 100,000,000'],
    ['1e400', 'is over 100,000,000'],
  ])('a side of %s leaves no usage', async (value, flaw) => {
    await eachWay(usageOf(value, '5'), missing(`${input} ${flaw}`));
    await eachWay(usageOf('7', value), missing(`${output} ${flaw}`));
    await eachWay(usageOf(value, value), missing(`${input} ${flaw}`));
    await eachWay(usageOf(value, 'true'), missing(`${input} ${flaw}`));
    await eachWay(usageOf('true', value), missing(`${output} ${flaw}`));
  });

  test('two sides that cannot be read leave no usage, nor does one where the other is not said', async () => {
    await eachWay(usageOf('true', '"NaN"'), missing(`${input} is no number`));
    await eachWay(usageOf('true', 'null'), missing(`${input} is no number`));
  });

  test('a part of a side that is not believed makes the side so', async () => {
    await eachWay(usageOf('7', '5', inputPart('true')), { ...HALF, inputTokens: 0, outputTokens: 5 });
    await eachWay(usageOf('7', '5', outputPart('"NaN"')), { ...HALF, inputTokens: 7, outputTokens: 0 });
    await eachWay(usageOf('7', '5', inputPart('-1')), missing(`${nameIn(inputPart('-1'))} is negative`));
    await eachWay(usageOf('7', '5', outputPart('0.5')), missing(`${nameIn(outputPart('0.5'))} is not whole`));
  });

  test('a part that is null, and a number with a fraction of nothing, are as good as ever', async () => {
    const good = usageOf('7.0', '"5"', inputPart('null'), outputPart('null'));
    await eachWay(good, { ...ALL_BELIEVED, inputTokens: 7, outputTokens: 5, totalTokens: 12 });
  });

  if (streamed === null) return;
  test('in a stream the last word counts, be it good or not', async () => {
    const last = async (...usages: string[]) => {
      const pieces = [Buffer.from(streamed(...usages))];
      return (await relayInMemory({ api, kind: 'sse', pieces })).completion;
    };
    const [good, half, bad, zero] = [usageOf('7', '5'), usageOf('true', '5'), usageOf('-7', '5'), usageOf('0', '0')];
    expect(await last(bad, good)).toMatchObject({ ...ALL_BELIEVED, totalTokens: 12 });
    expect(await last(half, good)).toMatchObject({ ...ALL_BELIEVED, totalTokens: 12 });
    expect(await last(good, half)).toMatchObject({ ...HALF, inputTokens: 0, outputTokens: 5 });
    expect(await last(good, bad)).toMatchObject(missing(`${input} is negative`));
    expect(await last(good, bad, 'null')).toMatchObject(missing(`${input} is negative`));
    expect(await last(good, bad, '{}')).toMatchObject(missing(`${input} is negative`));
    if (api !== 'openai-responses') expect(await last(bad, zero)).toMatchObject({ usageSource: 'none' });
  });
});

const nameIn = (part: string): string => /"(\w+)":[^{]/.exec(part)?.[1] ?? '';

describe('counts that add up', () => {
  const completionOf = async (api: string, text: string) =>
    (await relayInMemory({ api, kind: 'body', pieces: [Buffer.from(text)] })).completion;

  test.each([
    [
      'anthropic-messages',
      '{"usage":{"input_tokens":60000000,"cache_read_input_tokens":60000000,"output_tokens":1}}',
      'the input',
    ],
    [
      'anthropic-messages',
      '{"usage":{"input_tokens":1,"output_tokens":1,"iterations":[{"type":"compaction","input_tokens":1,"output_tokens":60000000},{"type":"message","input_tokens":1,"output_tokens":60000000}]}}',
      'the output',
    ],
    [
      'openai-chat',
      '{"usage":{"prompt_tokens":1,"completion_tokens":60000000,"total_tokens":120000001,"completion_tokens_details":{"reasoning_tokens":60000000}}}',
      'the output',
    ],
  ])('of %s are held to the ceiling as one', async (api, text, side) => {
    expect(await completionOf(api, text)).toMatchObject(missing(`${side} is over 100,000,000`));
  });

  test.each(['-1', '1e308', '"NaN"', '[12]', '{"valueOf":1,"toString":1}'])(
    'need no total: one of %s changes nothing',
    async (total) => {
      const text = `{"usage":{"prompt_tokens":7,"completion_tokens":5,"reasoning_tokens":3,"total_tokens":${total}}}`;
      expect(await completionOf('openai-chat', text)).toMatchObject({ ...ALL_BELIEVED, totalTokens: 12 });
    },
  );

  test('of an embedding, a total that stands alone is named as it is', async () => {
    const text = '{"usage":{"total_tokens":-18}}';
    expect(await completionOf('openai-embeddings', text)).toMatchObject(missing('total_tokens is negative'));
  });

  test('an advisor’s counts are another model’s, and spoil nothing', async () => {
    const text =
      '{"usage":{"input_tokens":7,"output_tokens":5,"iterations":[{"type":"advisor_message","input_tokens":-1}]}}';
    expect(await completionOf('anthropic-messages', text)).toMatchObject({ ...ALL_BELIEVED, totalTokens: 12 });
  });
});

const TOO_MUCH = {
  reason: 'usage_missing',
  detail: "The provider's usage cannot be believed: there is too much of it.",
  outputTokens: 0,
  unpriced: 'usage',
};

describe('usage that Anthropic says in parts', () => {
  const delta = (usage: string) => data(`{"type":"message_delta","delta":{},"usage":${usage}}`);
  const completionOf = async (...usages: string[]) => {
    const pieces = [Buffer.from(usages.map(delta).join('') + data('{"type":"message_stop"}'))];
    return (await relayInMemory({ api: 'anthropic-messages', kind: 'sse', pieces })).completion;
  };
  const more = (at: number) => `{"output_tokens":5,"more_${at}":1}`;

  test('is believed with a hundred members, and with one more it is not', async () => {
    const usages = Array.from({ length: 99 }, (_, at) => more(at));
    expect(await completionOf(...usages)).toMatchObject({ ...ALL_BELIEVED, outputTokens: 5 });
    expect(await completionOf(...usages, more(99))).toMatchObject(TOO_MUCH);
  });

  test('is not believed where a part of it is larger, or deeper, than is kept', async () => {
    expect(await completionOf(`{"output_tokens":5,"x":"${'x'.repeat(65_536)}"}`)).toMatchObject(TOO_MUCH);
    expect(await completionOf(`{"output_tokens":5,"x":${'['.repeat(100)}${']'.repeat(100)}}`)).toMatchObject(TOO_MUCH);
  });
});

describe('usage by choice', () => {
  const finished = (index: number, usage: string) =>
    data(`{"choices":[{"index":${index},"delta":{},"finish_reason":"stop","usage":${usage}}]}`);
  const of = (prompt: string, completion: string) => `{"prompt_tokens":${prompt},"completion_tokens":${completion}}`;
  const completionOf = async (...usages: string[]) => {
    const frames = usages.map((usage, index) => finished(index, usage)).join('');
    const pieces = [Buffer.from(`${frames}${data('[DONE]')}`)];
    return (await relayInMemory({ api: 'openai-chat', kind: 'sse', pieces })).completion;
  };

  test('of which one cannot be read is believed by half', async () => {
    const completion = await completionOf(of('19', '13'), of('19', 'true'));
    expect(completion).toMatchObject({ ...HALF, inputTokens: 19, outputTokens: 0 });
  });

  test('of which one is absurd is not believed, whatever the others are', async () => {
    expect(await completionOf(of('19', '13'), of('19', 'true'), of('19', '-1'))).toMatchObject({
      ...missing('completion_tokens is negative'),
      usage: { prompt_tokens: 19, completion_tokens: -1 },
    });
  });

  test('of as many as one may ask for adds up, and of one more is not believed', async () => {
    const usages = Array<string>(128).fill(of('19', '2'));
    expect(await completionOf(...usages)).toMatchObject({ ...ALL_BELIEVED, inputTokens: 19, outputTokens: 256 });
    expect(await completionOf(...usages, of('19', '2'))).toMatchObject(TOO_MUCH);
  });

  test('that is larger than is kept is not believed', async () => {
    expect(await completionOf(`{"completion_tokens":5,"x":"${'x'.repeat(65_536)}"}`)).toMatchObject(TOO_MUCH);
  });

  test('that adds up to more than the ceiling is not believed', async () => {
    expect(await completionOf(of('1', '60000000'), of('1', '60000000'))).toMatchObject(
      missing('completion_tokens is over 100,000,000'),
    );
  });
});
