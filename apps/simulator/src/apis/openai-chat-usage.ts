// The places in an OpenAI chat stream where one provider or another puts the usage.
import type { Counts } from './counts.ts';
import { usageOf } from './openai-usage.ts';

export const USAGES = {
  after: 'a frame of its own with `choices: []`, when include_usage was asked (OpenAI)',
  always: 'the same frame, asked or not',
  'after-choices': 'a frame of its own with `choices: [{"index":0,"delta":{}}]`, when asked (Azure, LiteLLM)',
  'null-after': 'as after, then a frame with `usage: null` (OpenAI, moderated)',
  finish: 'in the finish frame, asked or not (DeepSeek, Mistral)',
  each: 'in every frame, growing, asked or not (Perplexity)',
  early: 'in the first frame only, asked or not',
  groq: 'as `x_groq.usage` in the finish frame only, asked or not (Groq)',
  choice: 'as `choices[i].usage` in the finish frames only, asked or not (Moonshot)',
  never: 'nowhere, asked or not',
} as const;

export type UsagePlace = keyof typeof USAGES;

/** With these, every frame that has no usage says `"usage":null` to a caller who asked for it. */
const SAYS_NULL: readonly UsagePlace[] = ['after', 'always', 'after-choices', 'null-after', 'finish'];
const ONLY_WHEN_ASKED: readonly UsagePlace[] = ['after', 'after-choices', 'null-after'];

interface Seated {
  /** Whether the caller asked for it. */
  readonly usage: boolean;
  readonly choices: number;
  /** The usage object; with all details where this says nothing. */
  readonly told?: (counts: Counts) => Record<string, unknown>;
}

/** What goes into each frame for the usage's sake: JSON members with their comma in front, or nothing. */
export interface UsageSeats {
  opening(choice: number): string;
  /** After that share of all tokens, from 0 to 1. */
  token(share: number): string;
  finish(isLast: boolean): string;
  /** Inside the choice of a finish frame. */
  inChoice(choice: number): string;
  /** The frames of their own after the finish: their choices, and their members. */
  readonly after: readonly { readonly choices: string; readonly members: string }[];
}

export function seatsOf(place: UsagePlace, counts: Counts, asked: Seated): UsageSeats {
  const { told: objectOf = usageOf } = asked;
  const member = (some: Counts) => `,"usage":${JSON.stringify(objectOf(some))}`;
  const isTold = asked.usage || !ONLY_WHEN_ASKED.includes(place);
  const empty = asked.usage && SAYS_NULL.includes(place) ? ',"usage":null' : '';
  const full = member(counts);
  const growing = (share: number) => (place === 'each' ? member(shareOf(counts, share)) : empty);
  return {
    opening: (choice) => openingSeat(place, choice, full) ?? growing(0),
    token: growing,
    finish: (isLast) => finishSeat(place, isLast, full) ?? growing(1),
    inChoice: (choice) => (place === 'choice' ? member(ofChoice(counts, choice, asked.choices)) : ''),
    after: isTold ? framesAfter(place, full) : [],
  };
}

function openingSeat(place: UsagePlace, choice: number, full: string): string | undefined {
  if (place === 'early' && choice === 0) return full;
  return place === 'groq' ? ',"x_groq":{"id":"req_sim"}' : undefined;
}

function finishSeat(place: UsagePlace, isLast: boolean, full: string): string | undefined {
  if (!isLast) return undefined;
  if (place === 'groq') return `,"x_groq":{"id":"req_sim"${full}}`;
  return place === 'finish' ? full : undefined;
}

function framesAfter(place: UsagePlace, full: string): UsageSeats['after'] {
  const frame = { choices: '[]', members: full };
  const moderation = { choices: '[]', members: ',"moderation":{"input":null,"output":null},"usage":null' };
  if (place === 'after' || place === 'always') return [frame];
  if (place === 'after-choices') return [{ choices: '[{"index":0,"delta":{}}]', members: full }];
  return place === 'null-after' ? [frame, moderation] : [];
}

function shareOf(counts: Counts, share: number): Counts {
  const output = Math.floor(counts.output * share);
  return { ...counts, output, reasoning: Math.floor(counts.reasoning * share) };
}

/** Every choice repeats the input, and has its part of the output. */
function ofChoice(counts: Counts, choice: number, choices: number): Counts {
  const part = (total: number) => Math.floor(total / choices) + (choice < total % choices ? 1 : 0);
  return { ...counts, output: part(counts.output), reasoning: part(counts.reasoning) };
}
