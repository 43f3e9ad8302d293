// What has come of a request's body, unpacked: kept, counted and scanned.
import { BodyScan, type RequestBody } from '../dialects/request-body.ts';
import { WeirError } from '../errors.ts';
import { Blocks } from './blocks.ts';
import type { Bodies, BodyLease } from './bodies.ts';

export interface ScanRules {
  readonly bodies: Bodies;
  readonly lease: BodyLease;
  readonly maxBodyBytes: number;
  /** Where it is false, a body may be anything; where it is JSON, its names must be plain all the same. */
  readonly mustBeJson: boolean;
}

export class ScannedBody {
  readonly #blocks = new Blocks();
  readonly #scan = new BodyScan();
  readonly #rules: ScanRules;

  constructor(rules: ScanRules) {
    this.#rules = rules;
  }

  /** Null: as far as it goes, it is fine. */
  take(chunk: Buffer): WeirError | null {
    this.#scan.push(chunk);
    const { problem } = this.#scan;
    const { lease, maxBodyBytes, mustBeJson } = this.#rules;
    if (this.#blocks.length + chunk.length > maxBodyBytes) return tooLarge(maxBodyBytes);
    if (problem !== null && (mustBeJson || problem.code !== 'invalid_body')) return problem;
    if (!lease.grow(chunk.length)) return new WeirError('too_many_bodies');
    this.#blocks.add(chunk);
    return null;
  }

  async end(): Promise<RequestBody> {
    return this.#scan.end(await this.#blocks.join(this.#rules.bodies.turns));
  }
}

export const tooLarge = (maxBodyBytes: number): WeirError =>
  new WeirError('request_too_large', { detail: `The request body is larger than ${maxBodyBytes} bytes.` });
