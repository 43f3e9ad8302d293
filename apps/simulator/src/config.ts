// The simulator's settings, and the text of its `--help`.
import { loadSettings } from '@weir/infra/settings';
import { logLevel } from '@weir/infra/settings/both-apps';
import { port, text } from '@weir/infra/settings/kinds';
import { APIS } from './apis/apis.ts';
import { languageHelp } from './language.ts';

const settings = {
  host: text({ env: 'HOST', fallback: '127.0.0.1', help: 'the address to listen on' }),
  port: port({ env: 'PORT', fallback: 8090, help: 'the port to listen on; 0: any that is free' }),
  logLevel,
};

export function loadConfig() {
  const summary = 'a provider that needs no key, and answers from a script in the name of the model';
  return loadSettings(settings, {
    command: 'npm run simulator',
    summary: `${summary}\n\n${languageHelp(APIS)}`,
  });
}
