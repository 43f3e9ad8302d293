import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Register } from '@weir/infra/register';
import { openRegister } from '@weir/infra/register/open';
import { Redis } from 'ioredis';
import { type Home, NO_REDIS, named, openOnRedis } from '../support/queue-servers.ts';
import { ALL, opening, openings } from '../support/register-openings.ts';
import { redisServer } from '../support/services.ts';
import { openDoor } from './door.ts';

const PATIENCE_MS = 5000;

describe(`the register on ${named('Redis, over a connection that it was given', NO_REDIS)}`, () => {
  const it = NO_REDIS ? test.skip : test;
  let home: Home;
  let redis: Redis;
  let register: Register;

  beforeEach(() => {
    if (NO_REDIS) return;
    home = openOnRedis('');
    redis = new Redis(redisServer() as string);
    register = openRegister(home.location, { redis, timeoutMs: PATIENCE_MS });
  });

  afterEach(async () => {
    if (NO_REDIS) return;
    redis.disconnect();
    await home.leave();
  });

  it('leaves it open when it is closed', async () => {
    await register.open(opening());
    await register.close();
    expect(await redis.ping()).toBe('PONG');
    expect(redis.listenerCount('close')).toBe(new Redis({ lazyConnect: true }).listenerCount('close'));
  });

  it('forgets a gateway that leaves in the turn in which its last opening is retired', async () => {
    const last = opening();
    await register.open(last);
    await Promise.all([register.retire(last.gateway, last.id), register.leave(last.gateway)]);
    expect(await register.gateways()).toEqual(new Map());
  });

  it('lists a silent gateway anew after each loss of the connection, for a Redis that forgot', async () => {
    await register.open(opening());
    await home.leave(); // as a Redis that lost its disk
    const again = new Promise((resolve) => redis.once('ready', resolve));
    redis.disconnect(true);
    await again;
    await register.open(opening());
    expect(await register.gateways()).toEqual(new Map([['gateway-1', 0]]));
  });

  it('sends one command for all openings of a turn, once their gateway is listed', async () => {
    await register.open(opening());
    const sent: string[] = [];
    const send = redis.sendCommand.bind(redis);
    redis.sendCommand = (command, ...rest) => {
      sent.push(command.name);
      return send(command, ...rest);
    };
    await Promise.all(openings(3).map((one) => register.open(one)));
    expect(sent).toEqual(['hset']);
    expect(await register.openingsOf('gateway-1', 10)).toHaveLength(4);
  });
});

describe(`the register on ${named('a Redis that goes away', NO_REDIS)}`, () => {
  const it = NO_REDIS ? test.skip : test;

  it('rejects what cannot be answered, and works again when it is back', async () => {
    const { location, leave } = openOnRedis('');
    const door = await openDoor(redisServer() as string);
    const register = openRegister({ ...location, redisUrl: door.url }, { timeoutMs: PATIENCE_MS });
    const before = opening();
    await register.open(before);

    await door.shut();
    await expect(register.open(opening())).rejects.toThrow();
    await expect(register.gateways()).rejects.toThrow();

    await door.open();
    const after = opening();
    for (let away = true; away; ) {
      away = await register.open(after).then(
        () => false,
        () => true,
      );
    }
    expect(await register.openingsOf('gateway-1', ALL)).toEqual([before, after]);
    await register.close();
    await door.shut();
    await leave();
  });

  it('gives up on one that takes connections and says nothing', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const sockets: Socket[] = [];
    silent.on('connection', (socket) => sockets.push(socket));
    const redisUrl = `redis://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const register = openRegister({ redisUrl, databaseUrl: '', prefix: 'weir' }, { timeoutMs: 100 });
    await expect(register.open(opening())).rejects.toThrow('Command timed out');
    await register.close();
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
});
