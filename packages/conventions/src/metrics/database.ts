import {
  DB_CLIENT_CONNECTION_POOL_NAME,
  DB_CLIENT_CONNECTION_STATE,
  DB_COLLECTION_NAME,
  DB_NAMESPACE,
  DB_OPERATION_NAME,
  DB_SYSTEM_NAME,
  ERROR_TYPE,
  SERVER_ADDRESS,
  SERVER_PORT,
  VIGIL_OUTCOME,
} from '../attribute.ts';
import type { Metric } from '../metric.ts';

export const DB_CLIENT_OPERATION_DURATION = {
  name: 'db.client.operation.duration',
  unit: 's',
  kind: 'histogram',
  attributes: [DB_NAMESPACE, DB_OPERATION_NAME, DB_SYSTEM_NAME, ERROR_TYPE, SERVER_ADDRESS, SERVER_PORT],
  boundaries: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10],
  description: 'How long a database operation of the service took.',
  source: '@vigil/instrumentation',
} as const satisfies Metric;

export const DB_CLIENT_CONNECTION_COUNT = {
  name: 'db.client.connection.count',
  unit: '{connection}',
  kind: 'updowncounter',
  attributes: [DB_CLIENT_CONNECTION_POOL_NAME, DB_CLIENT_CONNECTION_STATE],
  description: 'Connections of the pool that are in the state the label names: idle or used.',
  source: '@vigil/instrumentation/pg',
} as const satisfies Metric;

export const DB_CLIENT_CONNECTION_MAX = {
  name: 'db.client.connection.max',
  unit: '{connection}',
  kind: 'updowncounter',
  attributes: [DB_CLIENT_CONNECTION_POOL_NAME],
  description: 'Connections the pool may open at most.',
  source: '@vigil/instrumentation/pg',
} as const satisfies Metric;

export const DB_CLIENT_CONNECTION_PENDING_REQUESTS = {
  name: 'db.client.connection.pending_requests',
  unit: '{connection}',
  kind: 'updowncounter',
  attributes: [DB_CLIENT_CONNECTION_POOL_NAME],
  description: 'Requests that wait for a free connection of the pool.',
  source: '@vigil/instrumentation/pg',
} as const satisfies Metric;

export const DB_CLIENT_CONNECTION_WAIT_TIME = {
  name: 'db.client.connection.wait_time',
  unit: 's',
  kind: 'histogram',
  attributes: [DB_CLIENT_CONNECTION_POOL_NAME],
  boundaries: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10],
  description: 'How long it took to get a connection from the pool; opening a new one is part of it.',
  source: '@vigil/instrumentation/pg',
} as const satisfies Metric;

export const DB_CLIENT_CONNECTION_USE_TIME = {
  name: 'db.client.connection.use_time',
  unit: 's',
  kind: 'histogram',
  attributes: [DB_CLIENT_CONNECTION_POOL_NAME],
  boundaries: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10],
  description: 'How long a connection was out of the pool.',
  source: '@vigil/instrumentation/pg',
} as const satisfies Metric;

export const DB_CLIENT_CONNECTION_TIMEOUTS = {
  name: 'db.client.connection.timeouts',
  unit: '{timeout}',
  kind: 'counter',
  attributes: [DB_CLIENT_CONNECTION_POOL_NAME],
  description: 'Requests that gave up waiting for a connection of the pool.',
  source: '@vigil/instrumentation/pg',
} as const satisfies Metric;

export const DB_CLIENT_RESPONSE_RETURNED_ROWS = {
  name: 'db.client.response.returned_rows',
  unit: '{row}',
  kind: 'histogram',
  attributes: [DB_COLLECTION_NAME, DB_NAMESPACE, DB_OPERATION_NAME, DB_SYSTEM_NAME],
  boundaries: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000],
  description: 'Rows that a database operation brought back.',
  source: '@vigil/instrumentation',
} as const satisfies Metric;

export const VIGIL_DB_CLIENT_SLOW_QUERIES = {
  name: 'vigil.db.client.slow_queries',
  unit: '{query}',
  kind: 'counter',
  attributes: [DB_COLLECTION_NAME, DB_NAMESPACE, DB_OPERATION_NAME, DB_SYSTEM_NAME],
  description: 'Database operations that took longer than the threshold for slow queries.',
  source: '@vigil/instrumentation',
} as const satisfies Metric;

/** Its count with `vigil.outcome` `rolled_back` is the number of rollbacks. */
export const VIGIL_DB_CLIENT_TRANSACTION_DURATION = {
  name: 'vigil.db.client.transaction.duration',
  unit: 's',
  kind: 'histogram',
  attributes: [DB_SYSTEM_NAME, VIGIL_OUTCOME],
  boundaries: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10],
  description:
    'How long transactions took, and how they ended: committed or rolled_back; for savepoints released or undone.',
  source: '@vigil/instrumentation/drizzle',
} as const satisfies Metric;

/** "Database down": these rise, whether or not a query was being asked. */
export const VIGIL_DB_CLIENT_CONNECTION_ERRORS = {
  name: 'vigil.db.client.connection.errors',
  unit: '{error}',
  kind: 'counter',
  attributes: [DB_SYSTEM_NAME, ERROR_TYPE],
  description: 'Connections to a database that could not be opened or were lost, by what they failed by.',
  source: '@vigil/instrumentation',
} as const satisfies Metric;

export const DATABASE_METRICS: readonly Metric[] = [
  DB_CLIENT_OPERATION_DURATION,
  DB_CLIENT_RESPONSE_RETURNED_ROWS,
  DB_CLIENT_CONNECTION_COUNT,
  DB_CLIENT_CONNECTION_MAX,
  DB_CLIENT_CONNECTION_PENDING_REQUESTS,
  DB_CLIENT_CONNECTION_WAIT_TIME,
  DB_CLIENT_CONNECTION_USE_TIME,
  DB_CLIENT_CONNECTION_TIMEOUTS,
  VIGIL_DB_CLIENT_CONNECTION_ERRORS,
  VIGIL_DB_CLIENT_SLOW_QUERIES,
  VIGIL_DB_CLIENT_TRANSACTION_DURATION,
];
