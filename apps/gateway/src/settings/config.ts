// The environment, the command line and the files that they name → one checked configuration. What is wrong is named, and
// ends the process before anything listens.
import { loadSettings, orExit } from '@weir/infra/settings';
import { type Configured, readConfigured, type Settings } from './configured.ts';
import { gatewaySettings } from './settings.ts';

export type GatewayConfig = Settings & Configured;

export function loadConfig(): GatewayConfig {
  const settings = loadSettings(gatewaySettings, {
    command: 'npm run gateway --',
    summary: 'the relay. Needs an upstream: UPSTREAM_URL, or a file in WEIR_CONFIG (see weir.example.yaml).',
  });
  return orExit(() => ({ ...settings, ...readConfigured(settings) }));
}
