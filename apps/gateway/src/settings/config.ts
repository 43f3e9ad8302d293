// The environment and the command line → settings. What is wrong is named, and ends the process before anything listens.
import { loadSettings, orExit } from '@weir/infra/settings';
import { type Configured, readConfigured, type Settings } from './configured.ts';
import { gatewaySettings } from './settings.ts';

export type GatewayConfig = Settings & Configured;

export const loadGatewaySettings = (): Settings =>
  loadSettings(gatewaySettings, {
    command: 'npm run gateway --',
    summary: 'the relay. Needs an upstream: UPSTREAM_URL, or a file in WEIR_CONFIG (see weir.example.yaml).',
  });

/** With what stands in the files that they name. */
export const loadConfig = (settings: Settings): GatewayConfig =>
  orExit(() => ({ ...settings, ...readConfigured(settings) }));
