// Google's APIs let a caller choose how they say an answer: which fields of it, and in what format. One that leaves out its
// usage, or that cannot be read, would leave a row without a cost.
import { WeirError } from '../errors.ts';
import { parametersIn } from './query.ts';

const REFUSED = ['fields', 'callback', 'ct', 'enum-encoding'];
const FORMATS = ['json', 'sse'];

export function refuseOtherFormats(url: string): void {
  for (const { name, value } of parametersIn(url.replaceAll(';', '&'))) {
    const known = name.toLowerCase().replace(/^\$/, '');
    if (REFUSED.includes(known)) throw refusalOf(known, 'is not taken here');
    if (known === 'alt' && !FORMATS.includes(value.toLowerCase())) throw refusalOf(known, 'must be `json` or `sse`');
  }
}

const refusalOf = (name: string, problem: string): WeirError =>
  new WeirError('invalid_request', { detail: `\`${name}\` of the query ${problem}: the answer is metered.` });
