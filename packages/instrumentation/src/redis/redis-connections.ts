import { RedisConnection, type RedisDriver } from './redis-connection.ts';

/** Connections that are looked after; those beyond are measured, and neither counted nor asked for INFO. */
const CONNECTIONS_MAXIMUM = 10_000;

/** Where a client carries what is known of it: read for every command, so a property and no WeakMap. Not enumerable. */
const CONNECTION = Symbol('vigil.redis.connection');

interface Carrier {
  [CONNECTION]?: RedisConnection;
}

/** All connections of the process, held weakly. */
export class RedisConnections {
  readonly #known = new Set<RedisConnection>();

  /** The connection of a client, found or made. */
  of<Client extends object>(
    client: Client,
    driver: RedisDriver<Client>,
    isInternal?: (client: Client) => boolean,
  ): RedisConnection {
    return (client as Carrier)[CONNECTION] ?? this.#add(client, driver, isInternal?.(client) ?? false);
  }

  /** Those whose client still lives. */
  *[Symbol.iterator](): Generator<RedisConnection> {
    for (const connection of this.#known) {
      if (connection.client.deref() === undefined) this.#known.delete(connection);
      else yield connection;
    }
  }

  /** A client that was closed by the application comes back, if at all, with its next command or state. */
  forget(client: object): void {
    const connection = (client as Carrier)[CONNECTION];
    if (connection !== undefined) this.#known.delete(connection);
  }

  remember(connection: RedisConnection): void {
    if (!connection.isInternal && this.#known.size < CONNECTIONS_MAXIMUM) this.#known.add(connection);
  }

  #add<Client extends object>(client: Client, driver: RedisDriver<Client>, isInternal: boolean): RedisConnection {
    const connection = new RedisConnection(client, driver as unknown as RedisDriver, driver.server(client), isInternal);
    Object.defineProperty(client, CONNECTION, { value: connection, configurable: true });
    this.remember(connection);
    return connection;
  }
}
