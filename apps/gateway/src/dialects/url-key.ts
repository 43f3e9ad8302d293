// A key that is held out in the URL, as `?key=…` or `?$key=…`, which Google's API takes for a credential; and what else it is
// told there of who pays.
import { type Parameter, parametersIn } from './query.ts';

export const isUrlKey = ({ name }: Parameter): boolean => name === 'key' || name === '$key';

export const urlKeyIn = (url: string): string | null =>
  parametersIn(url).find((parameter) => isUrlKey(parameter) && parameter.value !== '')?.value ?? null;

const OF_THE_PAYER = ['accesstoken', 'oauthtoken', 'userproject', 'quotauser'];

export const saysWhoPays = ({ name }: Parameter): boolean =>
  OF_THE_PAYER.includes(name.toLowerCase().replaceAll(/[$_]/g, ''));
