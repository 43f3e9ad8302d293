// The connections to one upstream. They may be given up while streams run over them: each then ends with its stream. Who was
// routed here before, and asks only now, still gets its answer, over a connection of its own.
import { buildConnector, type Dispatcher, Pool } from 'undici';
import { passOver100 } from './pass-over-100.ts';

export interface ConnectionSettings {
  readonly url: string;
  readonly connectTimeoutMs: number;
  readonly headersTimeoutMs: number;
  readonly idleTimeoutMs: number;
}

export class Connections {
  readonly #settings: ConnectionSettings;
  readonly #pool: Pool;
  #areGivenUp = false;

  constructor(settings: ConnectionSettings) {
    this.#settings = settings;
    this.#pool = createPool(settings);
  }

  dispatch(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    const pool = this.#areGivenUp ? createPool(this.#settings) : this.#pool;
    pool.dispatch(request, handler);
    if (this.#areGivenUp) void pool.close(); // when this request is over
  }

  /** Idle ones are closed at once; resolves when the last stream has ended. */
  async giveUp(): Promise<void> {
    this.#areGivenUp = true;
    await this.#pool.close();
  }
}

function createPool(settings: ConnectionSettings): Pool {
  return new Pool(new URL(settings.url).origin, {
    allowH2: false, // one stream a connection: a slow client must not hold up its neighbours' frames
    connect: connectorOf(settings),
    headersTimeout: settings.headersTimeoutMs,
    bodyTimeout: settings.idleTimeoutMs,
  });
}

function connectorOf({ connectTimeoutMs: timeout }: ConnectionSettings): buildConnector.connector {
  const connect = buildConnector({ timeout, allowH2: false });
  return (options, done) =>
    connect(options, (...[error, socket]) => {
      if (error === null) done(null, passOver100(socket));
      else done(error, null);
    });
}
