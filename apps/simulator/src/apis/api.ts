// What an API must be able to do to be simulated: read a request, and say an answer in its own frames and bodies.
// One file per API; scripts, pacing and endings are the same for all.
import type { Script } from '../script.ts';
import type { Traits } from '../traits.ts';

export interface Api extends Traits {
  /** What the ids of its answers begin with. */
  readonly idPrefix: string;
  /** The header that tells the id; `x-request-id` where this says nothing. */
  readonly idHeader?: string;
  /** The content type of its streams. */
  readonly streamType: string;
  /** And of what is no stream, where it is no JSON. */
  readonly bodyType?: string;
  /** The members of a request's body that hold the prompt; the first is counted. */
  readonly prompt: readonly string[];
  /** Refuses nothing. */
  target(asking: Asking): Target;
  /** Throws Refused. */
  read(asking: Asking): Question;
  errorBody(problem: Problem): string;
}

export type Body = Readonly<Record<string, unknown>>;

export interface Asking {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Body;
}

export interface Target {
  /** With its script; null where none is named. */
  readonly model: string | null;
  readonly streamed: boolean;
}

/** A request that was understood: the answer to it. */
export type Question = (take: Take) => Answer;

/** All that an answer depends on, besides its question. */
export interface Take {
  readonly id: string;
  /** The model that the answer names. */
  readonly name: string;
  readonly createdAt: Date;
  readonly script: Script;
}

/**
 * Each part of a stream is a list of whole frames, their lines ended by LF. They are asked for once each, in the order
 * in which they are sent.
 */
export interface Answer {
  opening(): readonly string[];
  token(at: number): readonly string[];
  /** A content frame of that many bytes. */
  huge(bytes: number): readonly string[];
  finish(): readonly string[];
  usage(): readonly string[];
  done(): readonly string[];
  error(): readonly string[];
  /** Where the API says errors in a second shape. */
  errorEvent?(): readonly string[];
  /** Where the API has a frame of its own for an answer that failed. */
  failed?(): readonly string[];
  /** The answer as one body, for a client that asked for no stream. */
  body(): string;
  /** Where an answer that failed has a body of its own. */
  failedBody?(): string;
}

export interface Problem {
  readonly status: number;
  readonly message: string;
  readonly param?: string;
  readonly code?: string;
}

/** A request that gets an error for an answer. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}
