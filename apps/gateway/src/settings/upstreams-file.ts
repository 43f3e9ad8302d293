// The YAML file that WEIR_CONFIG names → upstreams, which models they serve, and prices of the operator's own. Every
// problem is named with its place in the file; `${NAME}` stands for a variable of the environment.
import { SettingsError } from '@weir/infra/settings';
import { providerNamed, providerOf } from '@weir/ledger/prices';
import { parse as parseYaml, YAMLParseError } from 'yaml';
import { z } from 'zod';
import type { Routing } from '../routing/directory.ts';
import { flawOf } from '../routing/pass-rules.ts';
import { AUTHS } from '../upstream/auth.ts';
import { BASE_URL_IS, HEADER_SAFE, isBaseUrl, type UpstreamSettings } from '../upstream/upstream.ts';
import { problemOf, unknownProvider, unsetVariable } from './file-problem.ts';
import { priceRuleSchema } from './price-rule.ts';
import { shadowedRules } from './shadowed-rules.ts';
import { unknownUpstreams } from './unknown-upstreams.ts';
import { upstreamHeadersSchema } from './upstream-headers.ts';

export type UpstreamDefaults = Omit<UpstreamSettings, 'name' | 'url' | 'apiKey' | 'auth' | 'headers' | 'pricedAs'>;

interface FileSource {
  readonly name: string;
  readonly env: Record<string, string | undefined>;
  readonly defaults: UpstreamDefaults;
}

const ms = z.int('must be a whole number of milliseconds').min(1).max(2_147_483_647);

const baseUrl = z.string().refine(isBaseUrl, { message: `must be ${BASE_URL_IS}` });

/** The id of the provider that goes by this name. */
const pricesOf = z.string().transform((name, { issues }) => {
  const provider = providerNamed(name);
  if (provider !== null) return provider;
  issues.push({ code: 'custom', input: name, message: unknownProvider(name) });
  return z.NEVER;
});

const upstreamSchema = z
  .strictObject({
    url: baseUrl,
    api_key: z.string().regex(HEADER_SAFE, 'must be ASCII without spaces').optional(),
    auth: z.enum(AUTHS).optional(),
    headers: upstreamHeadersSchema.optional(),
    prices_of: pricesOf.optional(),
    on_disconnect: z.enum(['drain', 'abort']).optional(),
    caller_may_abort: z.boolean().optional(),
    connect_timeout_ms: ms.optional(),
    headers_timeout_ms: ms.optional(),
    idle_timeout_ms: ms.optional(),
    drain_timeout_ms: ms.optional(),
  })
  .refine(({ api_key, auth }) => api_key !== undefined || auth === undefined || auth === 'none', {
    path: ['auth'],
    message: 'says how api_key is sent, and there is none',
  });

const passSchema = z.string().superRefine((rule, context) => {
  const flaw = flawOf(rule);
  if (flaw !== null) context.addIssue({ code: 'custom', message: `"${rule}" ${flaw}` });
});

const fileSchema = z.strictObject({
  upstreams: z
    .record(z.string(), upstreamSchema)
    .refine((all) => Object.keys(all).length > 0, 'must name one at least'),
  models: z.array(z.strictObject({ match: z.string().min(1), upstream: z.string() })).optional(),
  prices: z.array(priceRuleSchema).default([]),
  pass_through: z.array(passSchema).default([]),
});

type File = z.output<typeof fileSchema>;

export function parseUpstreamsFile(text: string, source: FileSource): Routing {
  const parsed = fileSchema.safeParse(withVariables(yamlIn(text, source), source));
  if (!parsed.success) {
    throw new SettingsError(parsed.error.issues.map((issue) => `${source.name}: ${problemOf(issue)}`));
  }
  const file = parsed.data;
  const routing = {
    upstreams: upstreamsIn(file, source.defaults),
    models: modelsIn(file, source),
    prices: file.prices,
    passThrough: file.pass_through,
  };
  refuse(unknownUpstreams(routing), source);
  refuse(shadowedRules(routing), source);
  return routing;
}

function upstreamsIn(file: File, defaults: UpstreamDefaults): UpstreamSettings[] {
  return Object.entries(file.upstreams).map(([name, given]) => ({
    name,
    url: given.url,
    apiKey: given.auth === 'none' ? '' : given.api_key, // the gateway pays, and sends nothing for a key
    auth: given.auth,
    headers: given.headers,
    pricedAs: given.prices_of ?? providerOf(given.url),
    onDisconnect: given.on_disconnect ?? defaults.onDisconnect,
    callerMayAbort: given.caller_may_abort ?? defaults.callerMayAbort,
    connectTimeoutMs: given.connect_timeout_ms ?? defaults.connectTimeoutMs,
    headersTimeoutMs: given.headers_timeout_ms ?? defaults.headersTimeoutMs,
    idleTimeoutMs: given.idle_timeout_ms ?? defaults.idleTimeoutMs,
    drainTimeoutMs: given.drain_timeout_ms ?? defaults.drainTimeoutMs,
  }));
}

function modelsIn(file: File, source: FileSource): Routing['models'] {
  const [only, ...others] = Object.keys(file.upstreams) as [string, ...string[]];
  if (file.models !== undefined) return file.models;
  if (others.length === 0) return [{ match: '*', upstream: only }];
  throw new SettingsError([`${source.name}: models: must say which of the upstreams serves which model`]);
}

function refuse(problems: readonly string[], source: FileSource): void {
  if (problems.length > 0) throw new SettingsError(problems.map((problem) => `${source.name}: ${problem}`));
}

function yamlIn(text: string, source: FileSource): unknown {
  try {
    return parseYaml(text, { logLevel: 'error' });
  } catch (error) {
    // Its own message quotes the file, which may hold keys.
    const [line] = error instanceof YAMLParseError ? (error.linePos ?? []) : [];
    throw new SettingsError([`${source.name}: ${line === undefined ? '' : `line ${line.line}: `}is not valid YAML`]);
  }
}

function withVariables(value: unknown, source: FileSource): unknown {
  if (typeof value === 'string') return value.replace(/\$\{([^}]*)\}/g, (_, name: string) => variable(name, source));
  if (Array.isArray(value)) return value.map((item) => withVariables(item, source));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withVariables(member, source)]));
}

function variable(name: string, source: FileSource): string {
  const value = source.env[name]?.trim(); // a mounted secret ends in a line end
  if (value === undefined || value === '') {
    throw new SettingsError([`${source.name}: ${unsetVariable(name)}`]);
  }
  return value;
}
