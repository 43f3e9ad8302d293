// The response object, which OpenAI's Responses API sends as a body and inside its first and last events.
import type { Take } from './api.ts';
import { TOLD_TO_FAIL } from './asking.ts';
import { countsOf } from './counts.ts';
import { openAiUsageOf } from './openai-usage-object.ts';

/** What the request says that the answer depends on. */
export interface Asked {
  readonly promptLength: number;
  /** Echoed, as OpenAI does. */
  readonly tools: readonly unknown[];
  /** The first of them: the one to be called. */
  readonly tool: string;
}

interface ResponseWriter {
  begun(): Record<string, unknown>;
  /** Completed, or incomplete where the script gives a reason. */
  ended(item: Record<string, unknown>): Record<string, unknown>;
  failed(): Record<string, unknown>;
}

// Zeros that are nobody's usage; OpenAI sends them beside it.
const TOOL_USAGE = {
  image_gen: { input_tokens: 0, output_tokens: 0, total_tokens: 0 },
  web_search: { num_requests: 0 },
};

export function responseWriter(take: Take, asked: Asked): ResponseWriter {
  const { script } = take;
  const told = script.usage === 'never' ? null : openAiUsageOf(countsOf(script, asked));
  const response = (changes: Record<string, unknown>) => ({ ...blank(take, asked), ...changes });
  return {
    begun: () => response({}),
    ended: (item) => {
      const { reason } = script;
      const end = reason === undefined ? {} : { incomplete_details: { reason } };
      const status = reason === undefined ? 'completed' : 'incomplete';
      return response({ status, ...end, output: [item], service_tier: 'default', usage: told });
    },
    failed: () => response({ status: 'failed', error: { code: 'server_error', message: TOLD_TO_FAIL } }),
  };
}

function blank({ id, name, createdAt }: Take, { tools }: Asked): Record<string, unknown> {
  return {
    id,
    object: 'response',
    created_at: Math.floor(createdAt.getTime() / 1000),
    status: 'in_progress',
    background: false,
    error: null,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: null,
    metadata: {},
    model: name,
    output: [],
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    service_tier: 'auto',
    store: true,
    temperature: 1,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tool_usage: TOOL_USAGE,
    tools,
    top_p: 1,
    truncation: 'disabled',
    usage: null,
  };
}
