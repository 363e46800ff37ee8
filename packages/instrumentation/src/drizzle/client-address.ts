import type { DatabaseAddress } from '../sql/database.ts';

const NOWHERE: DatabaseAddress = Object.freeze({});

/** What the clients of node-postgres, postgres.js and mysql2 know of where they go; none of these names is a secret. */
interface ClientLike {
  readonly host?: unknown;
  readonly port?: unknown;
  readonly database?: unknown;
  readonly connectionString?: unknown;
  readonly options?: ClientLike;
  readonly config?: ClientLike;
  readonly connectionConfig?: ClientLike;
  readonly connection?: ClientLike;
  readonly pool?: ClientLike;
  /** Of a pool of node-postgres, where environment and connection string have been put together. */
  readonly _clients?: readonly ClientLike[];
}

/** Where a driver's client goes; undefined when that is not known yet, because a pool has no connection so far. Never throws. */
export function clientAddress(client: unknown): DatabaseAddress | undefined {
  try {
    return addressOf(client as ClientLike | undefined);
  } catch {
    // A client of a kind we do not know: its queries are recorded without a database's name.
    return NOWHERE;
  }
}

function addressOf(client: ClientLike | undefined): DatabaseAddress | undefined {
  if (client === undefined || client === null) return NOWHERE;
  if (Array.isArray(client._clients)) {
    const first = client._clients[0];
    return first === undefined ? undefined : named(first);
  }
  const holders = [
    client,
    client.options,
    client.config?.connectionConfig,
    client.config,
    client.pool?.config?.connectionConfig,
    client.connection?.config,
  ];
  return named(holders.find((holder) => typeof holder?.database === 'string') ?? {});
}

function named({ host, port, database }: ClientLike): DatabaseAddress {
  // postgres.js has lists of hosts and ports.
  const address = Array.isArray(host) ? host[0] : host;
  const number = Number(Array.isArray(port) ? port[0] : port);
  return {
    namespace: typeof database === 'string' ? database : undefined,
    serverAddress: typeof address === 'string' ? address : undefined,
    serverPort: Number.isInteger(number) && number > 0 ? number : undefined,
  };
}
