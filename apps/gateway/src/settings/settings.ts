// Every setting that the gateway has: the variable, its flag, its default, its meaning.

import { databaseUrl, logLevel, metricsHost, queuePrefix, redisUrl } from '@weir/infra/settings/both-apps';
import { integer, list, listOf, milliseconds, oneOf, onOff, port, text, url } from '@weir/infra/settings/kinds';
import { PASS_THROUGH } from '../routing/pass-rules.ts';

const optional = undefined as string | undefined;

const HOST_NAME = /^[a-z0-9_](?:[\w.-]*\w)?$/i;

/** Scheme, host and port, and nothing else; the port only where it is not the scheme's own. Extensions have origins, too. */
function isOrigin(text: string): boolean {
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^/?#\s*]+$/.test(text)) return false;
  return !/^https?:/.test(text) || (URL.canParse(text) && new URL(text).origin === text);
}

export const gatewaySettings = {
  host: text({ env: 'HOST', fallback: '127.0.0.1', help: 'the address that clients connect to' }),
  port: port({ env: 'PORT', fallback: 8080, help: 'the port that clients connect to; 0 takes a free one' }),
  metricsHost,
  metricsPort: port({ env: 'METRICS_PORT', fallback: 9464, help: '/metrics and /healthz; 0 takes a free one' }),
  webConcurrency: integer({
    env: 'WEB_CONCURRENCY',
    fallback: 1,
    min: 1,
    max: 256,
    help: 'how many processes serve PORT together: one for each core; all limits are for each of them',
  }),
  upstreamUrl: url({
    env: 'UPSTREAM_URL',
    schemes: ['https', 'http'],
    fallback: optional,
    secret: true, // somebody will put a password into it
    help: "one upstream for every model; ends in the version segment, as the SDKs' baseURL does",
  }),
  simulatorUrl: url({
    env: 'SIMULATOR_URL',
    schemes: ['https', 'http'],
    fallback: optional,
    help: 'the simulator as the one upstream, in place of UPSTREAM_URL: rows name it simulator, and have no cost',
  }),
  upstreamApiKey: text({
    env: 'UPSTREAM_API_KEY',
    fallback: optional,
    secret: true,
    help: "sent upstream in place of the caller's credential; absent: the caller's own is forwarded",
  }),
  configFile: text({
    env: 'WEIR_CONFIG',
    fallback: optional,
    help: 'a YAML file with many upstreams, instead of UPSTREAM_URL',
  }),
  gatewayKeys: list({
    env: 'GATEWAY_KEYS',
    fallback: [],
    secret: true,
    help: 'keys, comma-separated: every caller must hold one, in x-weir-key or, where the gateway pays, as its API key',
  }),
  gatewayKeysFile: text({
    env: 'GATEWAY_KEYS_FILE',
    fallback: optional,
    help: 'a file with more of them, one a line, bare or as name=key; # begins a comment',
  }),
  open: oneOf({
    env: 'OPEN',
    values: ['no', 'yes'],
    fallback: 'no',
    bare: 'yes',
    help: 'yes: without keys, on a HOST that others than this machine reach, everybody is let in',
  }),
  corsOrigins: listOf({
    env: 'CORS_ORIGINS',
    fallback: [],
    takes: 'a comma-separated list of origins as browsers send them, as in https://app.example.com',
    isOne: isOrigin,
    help: 'the origins of web pages that may ask, comma-separated',
  }),
  publicHosts: listOf({
    env: 'PUBLIC_HOSTS',
    fallback: [],
    takes: 'a comma-separated list of host names without ports, as in weir.internal',
    isOne: (item) => HOST_NAME.test(item),
    help: 'without keys, the names by which clients call the gateway, beside HOST, localhost and addresses',
  }),
  passThrough: oneOf({
    env: 'PASS_THROUGH',
    values: PASS_THROUGH,
    fallback: 'safe',
    bare: 'all',
    help: 'calls that are not metered: safe, those that cost nothing; all, and the others leave a row; none, only what pass_through lists',
  }),
  databaseUrl,
  redisUrl,
  queuePrefix,
  logLevel,
  stripUsageFrame: oneOf({
    env: 'STRIP_USAGE_FRAME',
    values: ['never', 'unrequested', 'always'],
    fallback: 'never',
    bare: 'always',
    help: 'keeps usage frames from the client: never, where it did not ask for one (unrequested), or always',
  }),
  trailingMetadata: onOff({
    env: 'TRAILING_METADATA',
    fallback: false,
    help: 'on: every answer ends with a weir object (tokens, cost, times)',
  }),
  onDisconnect: oneOf({
    env: 'ON_DISCONNECT',
    values: ['drain', 'abort'],
    fallback: 'drain',
    help: 'what becomes of upstream when its client has left: drain or abort',
  }),
  callerMayAbort: onOff({
    env: 'CALLER_MAY_ABORT',
    fallback: false,
    help: 'on: x-weir-on-disconnect: abort is obeyed, though what the provider then bills is in no row',
  }),
  drainTimeoutMs: milliseconds({
    env: 'DRAIN_TIMEOUT_MS',
    fallback: 600_000,
    help: 'how long upstream is read on for',
  }),
  maxDrains: integer({
    env: 'MAX_DRAINS',
    fallback: 1000,
    min: 0,
    help: 'how many upstreams a process reads on at once',
  }),
  clientStallMs: milliseconds({
    env: 'CLIENT_STALL_MS',
    fallback: 60_000,
    help: 'a client that takes nothing for this long is treated as gone',
  }),
  maxStreams: integer({
    env: 'MAX_STREAMS',
    fallback: 10_000,
    min: 1,
    help: 'how many requests a process may have open at once, drains among them; others get 503',
  }),
  maxConnections: integer({
    env: 'MAX_CONNECTIONS',
    fallback: 20_000,
    min: 1,
    help: 'how many clients may be connected to a process, idle ones among them; others are closed at once',
  }),
  headTimeoutMs: milliseconds({
    env: 'HEAD_TIMEOUT_MS',
    fallback: 30_000,
    help: "how long a request's head may take, from the connection or the head's first byte on; then 408",
  }),
  maxHeadBytes: integer({
    env: 'MAX_HEAD_BYTES',
    fallback: 16_384,
    min: 1024,
    max: 1_048_576,
    help: 'the largest head of a request; a larger one gets 431',
  }),
  // Longer than the idle time of common load balancers (60 s): it is they who must end an idle connection, or a request
  // of theirs meets one that was just closed.
  idleConnectionMs: milliseconds({
    env: 'IDLE_CONNECTION_MS',
    fallback: 75_000,
    help: 'how long a connection is kept after an answer; longer than a balancer in front keeps it',
  }),
  keepaliveMs: milliseconds({
    env: 'KEEPALIVE_MS',
    fallback: 0,
    min: 0,
    help: 'a comment frame after this much silence in a stream, so that no balancer cuts it; 0: none',
  }),
  spoolDir: text({
    env: 'SPOOL_DIR',
    fallback: '.weir/spool',
    help: 'a directory on a local disk, for what the queue cannot take while it is away',
  }),
  channelChunks: integer({
    env: 'CHANNEL_CHUNKS',
    fallback: 32,
    min: 1,
    help: 'chunks that may wait for a slow client',
  }),
  channelBytes: integer({
    env: 'CHANNEL_BYTES',
    fallback: 262_144,
    min: 1,
    help: 'bytes that may wait for a slow client',
  }),
  connectTimeoutMs: milliseconds({ env: 'CONNECT_TIMEOUT_MS', fallback: 10_000, help: 'to connect to upstream' }),
  headersTimeoutMs: milliseconds({
    env: 'HEADERS_TIMEOUT_MS',
    fallback: 600_000,
    help: 'until upstream begins to answer',
  }),
  idleTimeoutMs: milliseconds({
    env: 'IDLE_TIMEOUT_MS',
    fallback: 300_000,
    help: 'of silence in the middle of an answer',
  }),
  shutdownGraceMs: milliseconds({
    env: 'SHUTDOWN_GRACE_MS',
    fallback: 2000,
    min: 0,
    help: 'after SIGTERM, how long new connections are still taken, so that a balancer can notice',
  }),
  shutdownTimeoutMs: milliseconds({
    env: 'SHUTDOWN_TIMEOUT_MS',
    fallback: 30_000,
    help: 'what still streams this long after that is cut',
  }),
  maxBodyBytes: integer({
    env: 'MAX_BODY_BYTES',
    fallback: 52_428_800,
    min: 1,
    help: 'the largest body of a request, and of an answer that is no stream',
  }),
  maxUploadBytes: integer({
    env: 'MAX_UPLOAD_BYTES',
    fallback: 536_870_912,
    min: 1,
    help: 'the largest form; it streams on to its provider, and is not held',
  }),
  uploadDir: text({
    env: 'UPLOAD_DIR',
    fallback: '.weir/uploads',
    help: 'a directory on a local disk, for forms that do not say in their first 64 KiB which provider they are for',
  }),
  uploadDirBytes: integer({
    env: 'UPLOAD_DIR_BYTES',
    fallback: 2_147_483_648,
    min: 0,
    help: 'how many bytes a process may keep there at once; others get 503',
  }),
  maxReadingBytes: integer({
    env: 'MAX_READING_BYTES',
    fallback: 0,
    min: 0,
    help: 'bytes of request bodies that a process holds at once; others get 503; 0: a quarter of the memory there is',
  }),
  bodyTimeoutMs: milliseconds({
    env: 'BODY_TIMEOUT_MS',
    fallback: 60_000,
    help: 'a body that brings less than 1 KiB in this time is given up',
  }),
  maxFrameBytes: integer({
    env: 'MAX_FRAME_BYTES',
    fallback: 8_388_608,
    min: 1024,
    help: 'the largest frame of a stream',
  }),
};
