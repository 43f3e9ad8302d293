// The gateway. It listens for SIGHUP before it loads anything else: one that comes while it starts must not end it.
import { hangups } from './hangups.ts';

const { start } = await import('./start.ts');
await start(hangups);
