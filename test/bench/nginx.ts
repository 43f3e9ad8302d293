// nginx as the leanest proxy it can be, between the load and the provider: one process, no buffering, no log, kept
// connections. For comparison; the nginx that Weir is deployed behind is infra/nginx.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { freePort } from '../../infra/local/ports.ts';
import type { Leaving } from './leaving.ts';
import { stopped, type Target } from './program.ts';

// Where Debian puts it is on root's PATH alone.
const env = { PATH: [process.env['PATH'], '/usr/sbin', '/usr/local/sbin'].join(delimiter) };

export const hasNginx = (): boolean => spawnSync('nginx', ['-v'], { env }).error === undefined;

interface Between {
  readonly leaving: Leaving;
  readonly directory: string;
  readonly upstream: string;
}

export async function startNginx({ directory, upstream, leaving }: Between): Promise<Target> {
  const prefix = join(directory, 'nginx');
  const listen = `127.0.0.1:${await freePort()}`;
  await mkdir(prefix, { recursive: true });
  await writeFile(join(prefix, 'nginx.conf'), confOf({ prefix, listen, upstream: new URL(upstream).host }));
  const flags = ['-p', prefix, '-c', join(prefix, 'nginx.conf'), '-e', 'stderr'];
  const child = spawn('nginx', flags, { env, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit');
  leaving.keep(child, () => stopped(child, ended));
  await new Promise<void>((resolve, reject) => {
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = `${said}${text}`.slice(-2000);
      if (said.includes('event method')) resolve(); // its socket listens by then
    });
    child.once('error', reject).once('exit', () => reject(new Error(`nginx ended at once: ${said}`)));
  });
  return { url: `http://${listen}`, pid: child.pid ?? 0 };
}

function confOf({ prefix, listen, upstream }: { prefix: string; listen: string; upstream: string }): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
daemon off;
master_process off;
pid ${prefix}/nginx.pid;
error_log stderr notice;
events { worker_connections 8192; }
http {
  ${temporary.map((name) => `${name}_temp_path ${prefix}/${name};`).join('\n  ')}
  access_log off;
  tcp_nodelay on;
  upstream provider { server ${upstream}; keepalive 256; keepalive_requests 1000000000; }
  server {
    listen ${listen} backlog=4096;
    keepalive_requests 1000000000;
    location / {
      proxy_pass http://provider;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
      proxy_request_buffering off;
    }
  }
}
`;
}
