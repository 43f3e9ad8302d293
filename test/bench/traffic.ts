// Clients who ask again and again for so long → how many answers came, and how fast. In the load's own process.
import { setTimeout as pause } from 'node:timers/promises';
import { Caller, type Seen } from './caller.ts';
import { percentile } from './statistics.ts';
import { FRAMES_A_SECOND, type Kind } from './wire.ts';

export interface Traffic {
  readonly url: string;
  readonly kind: Kind;
  readonly frames: number;
  readonly clients: number;
  readonly seconds: number;
}

interface Times {
  readonly p50: number;
  readonly p99: number;
}

export interface Outcome {
  readonly requests: number;
  readonly frames: number;
  readonly bytes: number;
  readonly wallMs: number;
  readonly firstByteMs: Times;
  readonly wholeMs: Times;
  readonly delayMs: Times;
}

/** Whoever asks when the time is up gets the whole answer first. */
export async function runTraffic(traffic: Traffic): Promise<Outcome> {
  const startedAt = performance.now();
  const until = startedAt + traffic.seconds * 1000;
  const visit = traffic.kind === 'paced' ? visitPaced : visitOften;
  const clients = Array.from({ length: traffic.clients }, (_, at) => visit(traffic, until, at));
  const seen = (await Promise.all(clients)).flat();
  return outcomeOf(seen, performance.now() - startedAt);
}

async function visitOften({ url, kind, frames }: Traffic, until: number): Promise<Seen[]> {
  const caller = await Caller.connect(url);
  const seen: Seen[] = [];
  try {
    while (performance.now() < until) seen.push(await caller.ask({ kind, frames }));
    return seen;
  } finally {
    caller.leave();
  }
}

const BETWEEN_STARTS_MS = 2;
const FEWEST_FRAMES = 10;

/**
 * As many streams at every moment, and requests spread evenly: who began together would end together, so the first
 * streams are cut to different lengths; and the last ones are cut so that all are over when the time is up.
 */
async function visitPaced({ url, kind, frames, clients }: Traffic, until: number, at: number): Promise<Seen[]> {
  const framesLeft = () => Math.floor(((until - performance.now()) * FRAMES_A_SECOND.paced) / 1000);
  await pause(at * BETWEEN_STARTS_MS);
  const caller = await Caller.connect(url);
  const seen: Seen[] = [];
  try {
    let wanted = Math.ceil((frames * (at + 1)) / clients);
    while (framesLeft() > FEWEST_FRAMES) {
      seen.push(await caller.ask({ kind, frames: Math.max(FEWEST_FRAMES, Math.min(wanted, framesLeft())) }));
      wanted = frames;
    }
    return seen;
  } finally {
    caller.leave();
  }
}

function outcomeOf(seen: readonly Seen[], wallMs: number): Outcome {
  return {
    requests: seen.length,
    frames: sumOf(seen.map(({ word }) => (word.kind === 'json' ? 1 : word.frames))),
    bytes: sumOf(seen.map(({ bytes }) => bytes)),
    wallMs,
    firstByteMs: timesOf(seen.map(({ firstByteMs }) => firstByteMs)),
    wholeMs: timesOf(seen.map(({ wholeMs }) => wholeMs)),
    delayMs: timesOf(seen.flatMap(({ delaysMs }) => delaysMs)),
  };
}

const timesOf = (values: readonly number[]): Times => ({
  p50: percentile(values, 0.5),
  p99: percentile(values, 0.99),
});

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
