import {
  DB_NAMESPACE,
  DB_OPERATION_NAME,
  ERROR_TYPE,
  SERVER_ADDRESS,
  SERVER_PORT,
  VIGIL_OUTCOME,
  VIGIL_REDIS_CONNECTION_STATE,
  VIGIL_REDIS_KEY_GROUP,
} from '../attribute.ts';
import type { Metric } from '../metric.ts';

const SOURCE = '@vigil/instrumentation/redis';
const SERVER = [SERVER_ADDRESS, SERVER_PORT] as const;

export const VIGIL_REDIS_LOOKUPS = {
  name: 'vigil.redis.lookups',
  unit: '{lookup}',
  kind: 'counter',
  attributes: [DB_NAMESPACE, DB_OPERATION_NAME, ...SERVER, VIGIL_OUTCOME],
  description: 'Keys and fields the service asked for by a reading command; vigil.outcome says hit or miss.',
  source: SOURCE,
} as const satisfies Metric;

export const VIGIL_REDIS_BATCH_SIZE = {
  name: 'vigil.redis.batch.size',
  unit: '{command}',
  kind: 'histogram',
  attributes: [DB_OPERATION_NAME, ...SERVER],
  boundaries: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
  description: 'Commands of one pipeline or transaction, MULTI and EXEC not counted.',
  source: SOURCE,
} as const satisfies Metric;

export const VIGIL_REDIS_CONNECTION_COUNT = {
  name: 'vigil.redis.connection.count',
  unit: '{connection}',
  kind: 'updowncounter',
  attributes: [...SERVER, VIGIL_REDIS_CONNECTION_STATE],
  description: 'Connections of Redis clients in the state the label names: connecting, ready, reconnecting or closed.',
  source: SOURCE,
} as const satisfies Metric;

export const VIGIL_REDIS_CONNECTION_RECONNECTS = {
  name: 'vigil.redis.connection.reconnects',
  unit: '{attempt}',
  kind: 'counter',
  attributes: SERVER,
  description: 'Attempts of Redis clients to connect again after a connection was lost or refused.',
  source: SOURCE,
} as const satisfies Metric;

export const VIGIL_REDIS_CONNECTION_ERRORS = {
  name: 'vigil.redis.connection.errors',
  unit: '{error}',
  kind: 'counter',
  attributes: [ERROR_TYPE, ...SERVER],
  description: 'Errors of connections to Redis, not of commands: refused, reset, timed out, not authenticated.',
  source: SOURCE,
} as const satisfies Metric;

/** What the server says of itself in INFO. Names are those of the OpenTelemetry Collector's Redis receiver. */
const server = <Name extends string, Kind extends 'counter' | 'gauge'>(
  name: Name,
  kind: Kind,
  unit: string,
  description: string,
) => ({ name, unit, kind, attributes: SERVER, description, source: SOURCE }) as const satisfies Metric;

export const REDIS_MEMORY_USED = server('redis.memory.used', 'gauge', 'By', 'Memory the Redis server has allocated.');
export const REDIS_MEMORY_RSS = server(
  'redis.memory.rss',
  'gauge',
  'By',
  'Memory of the Redis server as the operating system sees it.',
);
export const REDIS_MAXMEMORY = server(
  'redis.maxmemory',
  'gauge',
  'By',
  'Memory at which the Redis server evicts or refuses; 0 means no limit.',
);
export const REDIS_COMMANDS = server(
  'redis.commands',
  'gauge',
  '{command}/s',
  'Commands the Redis server processes a second, for all of its clients.',
);
export const REDIS_KEYS_EVICTED = server(
  'redis.keys.evicted',
  'counter',
  '{key}',
  'Keys the Redis server gave up because its memory was full.',
);
export const REDIS_KEYS_EXPIRED = server('redis.keys.expired', 'counter', '{key}', 'Keys whose time had come.');
export const REDIS_KEYSPACE_HITS = server(
  'redis.keyspace.hits',
  'counter',
  '{hit}',
  'Look-ups of all clients that found their key.',
);
export const REDIS_KEYSPACE_MISSES = server(
  'redis.keyspace.misses',
  'counter',
  '{miss}',
  'Look-ups of all clients that found nothing.',
);
export const REDIS_CLIENTS_CONNECTED = server(
  'redis.clients.connected',
  'gauge',
  '{client}',
  'Clients that are connected to the Redis server.',
);
export const REDIS_CLIENTS_BLOCKED = server(
  'redis.clients.blocked',
  'gauge',
  '{client}',
  'Clients that wait in a blocking command.',
);
export const REDIS_CONNECTIONS_REJECTED = server(
  'redis.connections.rejected',
  'counter',
  '{connection}',
  'Connections the Redis server refused because it had too many.',
);
export const REDIS_UPTIME = server('redis.uptime', 'gauge', 's', 'Time since the Redis server started.');

/** Only with the option `keyGroups`, so no test may require it. */
export const VIGIL_REDIS_KEYS = {
  name: 'vigil.redis.keys',
  unit: '{key}',
  kind: 'gauge',
  attributes: [...SERVER, VIGIL_REDIS_KEY_GROUP],
  description:
    'Keys that match a pattern of the configuration, such as those of a rate limiter, at the last full pass.',
  source: SOURCE,
  planned: true,
} as const satisfies Metric;

export const REDIS_METRICS: readonly Metric[] = [
  VIGIL_REDIS_LOOKUPS,
  VIGIL_REDIS_BATCH_SIZE,
  VIGIL_REDIS_CONNECTION_COUNT,
  VIGIL_REDIS_CONNECTION_RECONNECTS,
  VIGIL_REDIS_CONNECTION_ERRORS,
  REDIS_MEMORY_USED,
  REDIS_MEMORY_RSS,
  REDIS_MAXMEMORY,
  REDIS_COMMANDS,
  REDIS_KEYS_EVICTED,
  REDIS_KEYS_EXPIRED,
  REDIS_KEYSPACE_HITS,
  REDIS_KEYSPACE_MISSES,
  REDIS_CLIENTS_CONNECTED,
  REDIS_CLIENTS_BLOCKED,
  REDIS_CONNECTIONS_REJECTED,
  REDIS_UPTIME,
  VIGIL_REDIS_KEYS,
];
