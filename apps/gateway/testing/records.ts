// Openings and completions that are told apart by their ids alone.
import type { Completion } from '@weir/ledger/completion';
import type { Opening } from '@weir/ledger/opening';
import { aCompletion, anOpening } from '@weir/ledger/testing/records';

export const opening = (id: string, known: Partial<Opening> = {}): Opening => anOpening({ id, ...known });
export const completion = (id: string, known: Partial<Completion> = {}): Completion => aCompletion({ id, ...known });

export const idsUpTo = (count: number): string[] => Array.from({ length: count }, (_, at) => `id-${at}`);
