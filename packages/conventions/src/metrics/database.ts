import {
  DB_CLIENT_CONNECTION_POOL_NAME,
  DB_CLIENT_CONNECTION_STATE,
  DB_NAMESPACE,
  DB_OPERATION_NAME,
  DB_SYSTEM_NAME,
  ERROR_TYPE,
  SERVER_ADDRESS,
  SERVER_PORT,
} from '../attribute.ts';
import type { Metric } from '../metric.ts';

export const DB_CLIENT_OPERATION_DURATION = {
  name: 'db.client.operation.duration',
  unit: 's',
  kind: 'histogram',
  attributes: [DB_NAMESPACE, DB_OPERATION_NAME, DB_SYSTEM_NAME, ERROR_TYPE, SERVER_ADDRESS, SERVER_PORT],
  boundaries: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10],
  description: 'How long a database operation of the service took.',
  source: 'instrumentation-pg',
} as const satisfies Metric;

export const DB_CLIENT_CONNECTION_COUNT = {
  name: 'db.client.connection.count',
  unit: '{connection}',
  kind: 'updowncounter',
  attributes: [DB_CLIENT_CONNECTION_POOL_NAME, DB_CLIENT_CONNECTION_STATE],
  description: 'Connections of the pool that are in the state the label names: idle or used.',
  source: 'instrumentation-pg',
} as const satisfies Metric;

export const DB_CLIENT_CONNECTION_MAX = {
  name: 'db.client.connection.max',
  unit: '{connection}',
  kind: 'updowncounter',
  attributes: [DB_CLIENT_CONNECTION_POOL_NAME],
  description: 'Connections the pool may open at most.',
  source: 'instrumentation-pg',
} as const satisfies Metric;

export const DB_CLIENT_CONNECTION_PENDING_REQUESTS = {
  name: 'db.client.connection.pending_requests',
  unit: '{connection}',
  kind: 'updowncounter',
  attributes: [DB_CLIENT_CONNECTION_POOL_NAME],
  description: 'Requests that wait for a free connection of the pool.',
  source: 'instrumentation-pg',
} as const satisfies Metric;

export const DATABASE_METRICS: readonly Metric[] = [
  DB_CLIENT_OPERATION_DURATION,
  DB_CLIENT_CONNECTION_COUNT,
  DB_CLIENT_CONNECTION_MAX,
  DB_CLIENT_CONNECTION_PENDING_REQUESTS,
];
