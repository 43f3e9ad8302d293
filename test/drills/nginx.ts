// The real nginx on the real infra/nginx/weir.conf: only where it listens, whom it asks and where it writes is a test's.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from '../../infra/local/ports.ts';

export interface Nginx {
  readonly url: string;
  /** All that it has written to its logs. */
  logs(): Promise<string>;
  stop(): Promise<void>;
}

// Where Debian puts it is on root's PATH alone.
const env = { PATH: [process.env['PATH'], '/usr/sbin', '/usr/local/sbin'].join(delimiter) };

/** Why no drill can run behind nginx; undefined where one can. */
export const nginxMissing: string | undefined =
  spawnSync('nginx', ['-v'], { env }).error === undefined ? undefined : 'no nginx on the PATH';

if (nginxMissing !== undefined) process.stderr.write(`SKIPPED: what needs nginx: ${nginxMissing}\n`);

/** `gateways` are their base URLs. */
export async function startNginx({ gateways }: { gateways: readonly string[] }): Promise<Nginx> {
  const directory = await mkdtemp(join(tmpdir(), 'weir-nginx-'));
  const listen = `127.0.0.1:${await freePort()}`;
  await writeFile(join(directory, 'weir.conf'), await weirConf({ directory, listen, gateways }));
  await writeFile(join(directory, 'nginx.conf'), around(directory));
  const remove = () => rm(directory, { recursive: true, force: true });
  const server = await launch(directory).catch((error) => remove().then(() => Promise.reject(error)));
  const url = `http://${listen}`;
  await fetch(`${url}/healthz`);

  const logs = async () => {
    const texts = ['access.log', 'error.log'].map((name) => readFile(join(directory, name), 'utf8'));
    return (await Promise.all(texts)).join('');
  };
  const stop = async () => {
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    await ended;
    await remove();
  };
  return { url, logs, stop };
}

interface Place {
  readonly directory: string;
  readonly listen: string;
  readonly gateways: readonly string[];
}

async function weirConf({ directory, listen, gateways }: Place): Promise<string> {
  const file = new URL('../../infra/nginx/weir.conf', import.meta.url);
  const servers = gateways.map((url) => `  server ${new URL(url).host}$1;\n`).join('');
  return [
    [/listen 80;/, `listen ${listen};`],
    [/(?:^ {2}server gateway-\d+:\d+(.*);\n)+/m, servers],
    [/\/var\/log\/nginx\//g, `${directory}/`],
  ].reduce((conf, [pattern, own]) => replaced(conf, pattern as RegExp, own as string), await readFile(file, 'utf8'));
}

function replaced(conf: string, pattern: RegExp, own: string): string {
  if (conf.search(pattern) < 0) throw new Error(`infra/nginx/weir.conf has nothing like ${pattern}`);
  return conf.replace(pattern, own);
}

/** What infra/nginx/nginx.conf is to it elsewhere; whoever runs the test may write all that it writes. */
function around(directory: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return [
    ...(process.getuid?.() === 0 ? ['user root;'] : []),
    'daemon off;',
    'worker_processes 1;',
    `pid ${directory}/nginx.pid;`,
    'error_log stderr notice;',
    'events { worker_connections 1024; }',
    'http {',
    ...temporary.map((name) => `  ${name}_temp_path ${directory}/${name};`),
    `  include ${directory}/weir.conf;`,
    '}\n',
  ].join('\n');
}

/** Rejects with nginx's own words where it refuses the configuration. */
async function launch(directory: string): Promise<ChildProcess> {
  const flags = ['-p', directory, '-c', join(directory, 'nginx.conf'), '-e', 'stderr'];
  const server = spawn('nginx', flags, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  await new Promise<void>((resolve, reject) => {
    let said = '';
    server.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = `${said}${text}`.slice(-4000);
      if (said.includes('start worker process ')) resolve();
    });
    server.once('error', reject).once('close', () => reject(new Error(`nginx ended at once: ${said}`)));
  });
  return server;
}
